/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.search.Siblings;
import io.quantvec.plugin.settings.PluginNames;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.ObjectMapper;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.ConstantScoreQueryBuilder;
import org.opensearch.index.query.NestedQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.index.query.support.NestedScope;
import org.opensearch.index.search.NestedHelper;

/**
 * A field in a nested object, searched inside of a {@code nested} query. Lucene stores each nested
 * object as a document right before its parent, and that document has the vector.
 */
public final class NestedVectors {

  private final QueryShardContext context;
  private final ObjectMapper nested;

  /** The objects around the nested one that are nested themselves, the outermost first. */
  private final List<ObjectMapper> ancestors;

  private final NestedHelper helper;

  private NestedVectors(
      QueryShardContext context, ObjectMapper nested, List<ObjectMapper> ancestors) {
    this.context = context;
    this.nested = nested;
    this.ancestors = ancestors;
    this.helper = new NestedHelper(context.getMapperService());
  }

  /**
   * The nested object of a field.
   *
   * @return null if the field is in none, or its vectors are searched where they were copied to
   * @throws QueryShardException if the query stands where the field has no vectors
   */
  static NestedVectors of(QueryShardContext context, QuantizedVectorFieldType type) {
    List<ObjectMapper> around = nestedAround(context, type.name());
    ObjectMapper current = context.nestedScope().getObjectMapper();
    if (around.isEmpty()) {
      if (current == null) {
        return null;
      }
      throw new QueryShardException(
          context,
          "["
              + PluginNames.QUERY
              + "]: field ["
              + type.name()
              + "] is in no nested object; put the query beside the [nested] query with the path ["
              + current.fullPath()
              + "], not into it");
    }
    ObjectMapper nested = around.getLast();
    if (current != null && current.fullPath().equals(nested.fullPath())) {
      return new NestedVectors(context, nested, around.subList(0, around.size() - 1));
    }
    if (copiedTo(around).contains(current == null ? "" : current.fullPath())) {
      return null;
    }
    throw new QueryShardException(
        context,
        "["
            + PluginNames.QUERY
            + "]: field ["
            + type.name()
            + "] is in the nested object ["
            + nested.fullPath()
            + "]; put the query into a [nested] query with the path ["
            + nested.fullPath()
            + "]"
            + (current == null ? "" : ", it is in one with the path [" + current.fullPath() + "]"));
  }

  /**
   * Narrows a filter to the documents of the query's level, if several levels have the same vector.
   * Documents of other levels would take places among the nearest, and the platform would then drop
   * them.
   *
   * @param filter null for all
   * @return null for all
   */
  static Query onLevel(QueryShardContext context, QuantizedVectorFieldType type, Query filter) {
    List<ObjectMapper> around = nestedAround(context, type.name());
    if (around.isEmpty() || !isCopied(around.getLast())) {
      return filter;
    }
    ObjectMapper current = context.nestedScope().getObjectMapper();
    BooleanQuery.Builder narrowed = new BooleanQuery.Builder();
    narrowed.add(current == null ? roots() : current.nestedTypeFilter(), Occur.FILTER);
    if (filter != null) {
      narrowed.add(filter, Occur.FILTER);
    }
    return narrowed.build();
  }

  /**
   * Narrows a query to root documents. A script would otherwise run on nested documents, too, which
   * lack the fields that the script reads.
   */
  public static Query wholeDocuments(MapperService mappings, Query query) {
    return mappings.hasNested()
        ? new BooleanQuery.Builder().add(query, Occur.FILTER).add(roots(), Occur.FILTER).build()
        : query;
  }

  /**
   * Converts a filter of root documents to the level of a query.
   *
   * @param inNested whether the query finds nested documents in any case
   */
  static UnaryOperator<Query> fromRoots(QueryShardContext context, boolean inNested) {
    if (!inNested && context.nestedScope().getObjectMapper() == null) {
      return UnaryOperator.identity();
    }
    BitSetProducer roots = context.bitsetFilter(roots());
    return filter -> toNested(filter, roots(), roots);
  }

  /**
   * The path of the {@code nested} query that a query for whole documents has to be in.
   *
   * @return null if it needs no {@code nested} query
   */
  public static String path(QueryShardContext context, QuantizedVectorFieldType type) {
    List<ObjectMapper> around = nestedAround(context, type.name());
    return around.isEmpty() || copiedTo(around).contains("") ? null : around.getLast().fullPath();
  }

  /**
   * The paths of the objects around a field into which its vectors are copied; the root document
   * has an empty path. A parent copies the fields that it gets as it copies its own.
   */
  private static Set<String> copiedTo(List<ObjectMapper> around) {
    Set<String> paths = new HashSet<>();
    for (int i = around.size() - 1; i >= 0; i--) {
      ObjectMapper.Nested nested = around.get(i).nested();
      if (nested.isIncludeInRoot()) {
        paths.add("");
      }
      if (!nested.isIncludeInParent()) {
        break;
      }
      paths.add(i == 0 ? "" : around.get(i - 1).fullPath());
    }
    return paths;
  }

  private static boolean isCopied(ObjectMapper object) {
    return object.nested().isIncludeInParent() || object.nested().isIncludeInRoot();
  }

  private static List<ObjectMapper> nestedAround(QueryShardContext context, String field) {
    List<ObjectMapper> around = new ArrayList<>();
    for (int dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
      ObjectMapper object = context.getObjectMapper(field.substring(0, dot));
      if (object != null && object.nested().isNested()) {
        around.add(object);
      }
    }
    return around;
  }

  /** How vectors belong together. */
  Siblings siblings(boolean expand) {
    // The nested query says which level it joins to; a nested aggregation does not.
    BitSetProducer parents = context.getParentFilter();
    return new Siblings(parents == null ? context.bitsetFilter(roots()) : parents, expand);
  }

  private static Query roots() {
    return Queries.newNonNestedFilter();
  }

  /**
   * Converts a filter to nested documents: a condition on a field of the nested object applies to
   * the nested document, and a condition on a field of an outer object applies to that object. A
   * {@code nested} query with another path starts from the root document.
   */
  Query filter(QueryBuilder filter) throws IOException {
    if (filter instanceof BoolQueryBuilder bool) {
      return named(filter, bool(bool));
    }
    if (filter instanceof ConstantScoreQueryBuilder constant) {
      return named(filter, filter(constant.innerQuery()));
    }
    if (filter instanceof NestedQueryBuilder other && !startsHere(other)) {
      return toNested(atRoot(filter), roots());
    }
    if (filter instanceof QuantizedKnnQueryBuilder vectors && isOutside(vectors)) {
      return toNested(atRoot(filter), roots());
    }
    Query query = filter.toQuery(context);
    if (query == null || !helper.mightMatchNonNestedDocs(query, nested.fullPath())) {
      return query;
    }
    if (!helper.mightMatchNestedDocs(query)) {
      return toNested(query, roots());
    }
    BooleanQuery.Builder anywhere = new BooleanQuery.Builder();
    anywhere.add(query, Occur.SHOULD);
    anywhere.add(toNested(query, roots()), Occur.SHOULD);
    for (ObjectMapper ancestor : ancestors) {
      anywhere.add(toNested(query, ancestor.nestedTypeFilter()), Occur.SHOULD);
    }
    return anywhere.build();
  }

  /** Registers the name of a query, as the platform does for the queries that it builds. */
  private Query named(QueryBuilder builder, Query query) {
    if (builder.queryName() != null) {
      context.addNamedQuery(builder.queryName(), query);
    }
    return query;
  }

  private Query bool(BoolQueryBuilder bool) throws IOException {
    BooleanQuery.Builder clauses = new BooleanQuery.Builder();
    add(clauses, bool.must(), Occur.FILTER);
    add(clauses, bool.filter(), Occur.FILTER);
    add(clauses, bool.should(), Occur.SHOULD);
    add(clauses, bool.mustNot(), Occur.MUST_NOT);
    BooleanQuery query = clauses.build();
    if (query.clauses().isEmpty()) {
      return Queries.newMatchAllQuery();
    }
    Query withMinimum = Queries.applyMinimumShouldMatch(query, bool.minimumShouldMatch());
    return bool.adjustPureNegative() ? Queries.fixNegativeQueryIfNeeded(withMinimum) : withMinimum;
  }

  private void add(BooleanQuery.Builder clauses, List<QueryBuilder> builders, Occur occur)
      throws IOException {
    for (QueryBuilder builder : builders) {
      Query query = filter(builder);
      if (query != null) {
        clauses.add(query, occur);
      }
    }
  }

  /** Whether the query searches vectors of root documents. */
  private boolean isOutside(QuantizedKnnQueryBuilder vectors) {
    MappedFieldType type = context.fieldMapper(vectors.field());
    return type != null && nestedAround(context, type.name()).isEmpty();
  }

  /** Whether the query searches objects that are nested in this object. */
  private boolean startsHere(NestedQueryBuilder other) {
    return other.path().startsWith(nested.fullPath() + ".");
  }

  /** The nested documents of this object below the matching documents. */
  private Query toNested(Query query, Query level) {
    return toNested(query, level, context.bitsetFilter(level));
  }

  private static Query toNested(Query query, Query level, BitSetProducer parents) {
    Query matching =
        new BooleanQuery.Builder().add(query, Occur.FILTER).add(level, Occur.FILTER).build();
    return new ToChildBlockJoinQuery(matching, parents);
  }

  /** Builds a query as if it were in no {@code nested} query. */
  private Query atRoot(QueryBuilder builder) throws IOException {
    NestedScope scope = context.nestedScope();
    Deque<ObjectMapper> left = new ArrayDeque<>();
    BitSetProducer parents = context.getParentFilter();
    while (scope.getObjectMapper() != null) {
      left.push(scope.previousLevel());
    }
    context.setParentFilter(null);
    try {
      return builder.toQuery(context);
    } finally {
      left.forEach(scope::nextLevel);
      context.setParentFilter(parents);
    }
  }
}
