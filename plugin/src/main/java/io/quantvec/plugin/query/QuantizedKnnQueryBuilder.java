/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.search.AliasView;
import io.quantvec.plugin.search.QuantizedKnnQuery;
import io.quantvec.plugin.search.Radius;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.search.SearchState;
import io.quantvec.plugin.settings.FixedLimits;
import io.quantvec.plugin.settings.PluginNames;
import io.quantvec.plugin.settings.QuantvecLimits;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.VectorChecks;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.InnerHitContextBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilderVisitor;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;

/**
 * {@code quantized_knn}: the k documents of each shard whose vectors are nearest to a vector, or
 * all whose vectors are near enough.
 */
public final class QuantizedKnnQueryBuilder extends AbstractQueryBuilder<QuantizedKnnQueryBuilder> {

  /** The name in queries. */
  public static final String NAME = PluginNames.QUERY;

  static final String VECTOR = "vector";
  static final String METHOD_PARAMETERS = "method_parameters";
  static final String EF_SEARCH = "ef_search";
  static final String FILTER = "filter";
  static final String RESCORE = "rescore";
  static final String OVERSAMPLE_FACTOR = "oversample_factor";
  static final String EXPAND_NESTED_DOCS = "expand_nested_docs";
  static final String IGNORE_UNMAPPED = "ignore_unmapped";

  private final String field;
  private final GivenVector vector;
  private final Reach reach;
  private Integer efSearch;
  private QueryBuilder filter;
  private Rescore rescore = Rescore.DEFAULT;
  private boolean expandNestedDocs;
  private boolean ignoreUnmapped;

  /**
   * @param field the field to search
   * @param vector the vector to be near to; not copied
   * @param k hits a shard, 1 to {@link FixedLimits#MAX_K}
   * @throws IllegalArgumentException if k is out of its range, the field has no name or the vector
   *     no numbers
   */
  public QuantizedKnnQueryBuilder(String field, float[] vector, int k) {
    this(
        field,
        vector == null || vector.length == 0 ? null : new GivenVector.Floats(vector),
        Reach.k(k));
  }

  /**
   * @param field the field to search
   * @param vector the vector to be near to, in a form that the field takes
   * @param k hits a shard, 1 to {@link FixedLimits#MAX_K}
   * @throws IllegalArgumentException if k is out of its range, or there is no field or vector
   */
  public QuantizedKnnQueryBuilder(String field, GivenVector vector, int k) {
    this(field, vector, Reach.k(k));
  }

  /**
   * @param field the field to search
   * @param vector the vector to be near to, in a form that the field takes
   * @param reach how far hits may be from it
   * @throws IllegalArgumentException if there is no field or vector
   */
  public QuantizedKnnQueryBuilder(String field, GivenVector vector, Reach reach) {
    if (field == null || field.isEmpty()) {
      throw new IllegalArgumentException("[" + NAME + "] needs a field");
    }
    if (vector == null) {
      throw new IllegalArgumentException(
          "[" + NAME + "] on field [" + field + "] needs a [" + VECTOR + "]");
    }
    this.field = field;
    this.vector = vector;
    this.reach = Objects.requireNonNull(reach, "reach");
  }

  /** Reads what {@link #doWriteTo} wrote. */
  public QuantizedKnnQueryBuilder(StreamInput in) throws IOException {
    super(in);
    WireVersion version = WireVersion.readFrom(in);
    this.field = in.readString();
    this.vector = GivenVector.readFrom(in);
    int k = in.readVInt();
    this.efSearch = in.readOptionalVInt();
    this.filter = in.readOptionalNamedWriteable(QueryBuilder.class);
    this.rescore = Rescore.readFrom(in);
    this.ignoreUnmapped = in.readBoolean();
    if (version.includes(WireVersion.RADIUS_AND_NESTED)) {
      this.reach = Reach.readFrom(in);
      this.expandNestedDocs = in.readBoolean();
    } else {
      this.reach = Reach.k(k);
    }
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    WireVersion version =
        reach.isRadial() || expandNestedDocs ? WireVersion.RADIUS_AND_NESTED : WireVersion.FIRST;
    version.writeTo(out);
    out.writeString(field);
    vector.writeTo(out);
    // A node that knows the later form reads the reach from there.
    out.writeVInt(reach.isRadial() ? 1 : reach.k());
    out.writeOptionalVInt(efSearch);
    out.writeOptionalNamedWriteable(filter);
    rescore.writeTo(out);
    out.writeBoolean(ignoreUnmapped);
    if (version.includes(WireVersion.RADIUS_AND_NESTED)) {
      reach.writeTo(out);
      out.writeBoolean(expandNestedDocs);
    }
  }

  private static int checkRange(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "[" + name + "] must be between 1 and " + max + ", got [" + value + "]");
    }
    return value;
  }

  /**
   * Candidates that are kept while a graph is searched; fewer than k count as k.
   *
   * @param efSearch 1 to {@link FixedLimits#MAX_EF_SEARCH}; null for the default
   * @throws IllegalArgumentException if out of its range
   */
  public QuantizedKnnQueryBuilder efSearch(Integer efSearch) {
    this.efSearch =
        efSearch == null ? null : checkRange(EF_SEARCH, efSearch, FixedLimits.MAX_EF_SEARCH);
    return this;
  }

  /** Only documents of this query are hits, and k of them when there are k; null for all. */
  public QuantizedKnnQueryBuilder filterBy(QueryBuilder filter) {
    this.filter = filter;
    return this;
  }

  /** Whether candidates are rescored by their rerank copies, and how many. */
  public QuantizedKnnQueryBuilder rescore(Rescore rescore) {
    this.rescore = Objects.requireNonNull(rescore, "rescore");
    return this;
  }

  /**
   * Whether all vectors of a parent that is found are hits, and not only the best one; for fields
   * in nested objects.
   */
  public QuantizedKnnQueryBuilder expandNestedDocs(boolean expandNestedDocs) {
    this.expandNestedDocs = expandNestedDocs;
    return this;
  }

  /** Whether an index without the field has no hits instead of an error. */
  public QuantizedKnnQueryBuilder ignoreUnmapped(boolean ignoreUnmapped) {
    this.ignoreUnmapped = ignoreUnmapped;
    return this;
  }

  /** The field that is searched. */
  public String field() {
    return field;
  }

  /** How far hits may be from the query's vector. */
  public Reach reach() {
    return reach;
  }

  /** The filter, or null. */
  public QueryBuilder filter() {
    return filter;
  }

  /**
   * The query with one more filter. The platform would put a bool query around this one; a filter
   * inside still finds k hits when k documents match.
   */
  @Override
  public QueryBuilder filter(QueryBuilder additional) {
    if (!validateFilterParams(additional)) {
      return this;
    }
    return withFilter(filter == null ? additional : filter.filter(additional));
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME).startObject(field);
    if (VectorAbbreviation.isWanted(builder)) {
      builder.field(VECTOR, vector.abbreviate());
    } else {
      builder.field(VECTOR, vector);
    }
    if (reach.isRadial()) {
      builder.field(reach.kind().label(), reach.value());
    } else {
      builder.field(reach.kind().label(), reach.k());
    }
    if (efSearch != null) {
      builder.startObject(METHOD_PARAMETERS).field(EF_SEARCH, efSearch).endObject();
    }
    if (filter != null) {
      builder.field(FILTER, filter);
    }
    switch (rescore.kind()) {
      case DEFAULT -> {}
      case ON -> builder.field(RESCORE, true);
      case OFF -> builder.field(RESCORE, false);
      case FACTOR ->
          builder
              .startObject(RESCORE)
              .field(OVERSAMPLE_FACTOR, rescore.oversampleFactor())
              .endObject();
    }
    if (expandNestedDocs) {
      builder.field(EXPAND_NESTED_DOCS, true);
    }
    if (ignoreUnmapped) {
      builder.field(IGNORE_UNMAPPED, true);
    }
    printBoostAndQueryName(builder);
    builder.endObject().endObject();
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }

  @Override
  protected QueryBuilder doRewrite(QueryRewriteContext context) throws IOException {
    QueryBuilder rewritten = filter == null ? null : filter.rewrite(context);
    if (rewritten == filter) {
      return this;
    }
    return withFilter(rewritten);
  }

  private QuantizedKnnQueryBuilder withFilter(QueryBuilder newFilter) {
    return new QuantizedKnnQueryBuilder(field, vector, reach)
        .efSearch(efSearch)
        .filterBy(newFilter)
        .rescore(rescore)
        .expandNestedDocs(expandNestedDocs)
        .ignoreUnmapped(ignoreUnmapped)
        .boost(boost)
        .queryName(queryName);
  }

  @Override
  protected Query doToQuery(QueryShardContext context) throws IOException {
    MappedFieldType mapped = context.fieldMapper(field);
    if (mapped == null) {
      if (ignoreUnmapped) {
        return new MatchNoDocsQuery("field [" + field + "] is not mapped");
      }
      throw new QueryShardException(
          context,
          "["
              + NAME
              + "]: field ["
              + field
              + "] is not mapped; map it as ["
              + QuantizedVectorFieldType.TYPE_NAME
              + "] or set ["
              + IGNORE_UNMAPPED
              + "]");
    }
    if (!(mapped.unwrap() instanceof QuantizedVectorFieldType type)) {
      throw new QueryShardException(
          context,
          "["
              + NAME
              + "]: field ["
              + field
              + "] must be of type ["
              + QuantizedVectorFieldType.TYPE_NAME
              + "], but is of type ["
              + mapped.typeName()
              + "]");
    }
    PercolatorQueries.check(context, field, reach);
    NestedVectors nested = NestedVectors.of(context, type);
    if (nested == null && expandNestedDocs) {
      throw new QueryShardException(
          context,
          "["
              + NAME
              + "]: ["
              + EXPAND_NESTED_DOCS
              + "] is for fields in nested objects, but field ["
              + field
              + "] is in none");
    }
    Query luceneFilter = null;
    if (filter != null) {
      luceneFilter = nested == null ? filter.toQuery(context) : nested.filter(filter);
    }
    return new QuantizedKnnQuery(
        // The type has the field's name, the query may have an alias.
        type.name(),
        target(context, type),
        reach.isRadial() ? radius(context, type) : effort(context, type, nested != null),
        NestedVectors.onLevel(context, type, luceneFilter),
        nested == null ? null : nested.siblings(expandNestedDocs),
        new SearchState(
            new AliasView(NestedVectors.fromRoots(context, nested != null)),
            context.bigArrays(),
            type.node()
                .activity()
                .searches(
                    new ShardId(context.getFullyQualifiedIndex(), context.getShardId()),
                    type.name())));
  }

  /**
   * The effort of the query in each shard.
   *
   * @param reader of the shard, whose segments may have chosen their bits
   * @param type the field's
   * @throws IllegalStateException if it asks for no number of hits
   */
  public SearchEffort effort(IndexReader reader, QuantizedVectorFieldType type) throws IOException {
    int k = reach.k();
    QuantvecLimits limits = type.node().limits();
    int rescored =
        rescore.candidates(
            reader, type.name(), type.indexing().config(), type.dimension(), takesCodes(), k);
    int candidates = limits.capCandidates(k, rescored);
    return efSearch == null
        ? SearchEffort.byDefault(
            type.spaceType().similarity(),
            k,
            candidates,
            limits.capEfSearch(FixedLimits.MAX_EF_SEARCH))
        : new SearchEffort(k, candidates, Math.max(k, efSearch));
  }

  /** The nearest vectors of nested documents may have few parents: their distances say little. */
  private SearchEffort effort(
      QueryShardContext context, QuantizedVectorFieldType type, boolean nested) throws IOException {
    SearchEffort effort = effort(context.getIndexReader(), type);
    return nested ? effort.fixed() : effort;
  }

  /** Such a field has stored none but codes. */
  private boolean takesCodes() {
    return !(vector instanceof GivenVector.Floats);
  }

  private Radius radius(QueryShardContext context, QuantizedVectorFieldType type) {
    try {
      float minScore = reach.value();
      if (reach.kind() == Reach.Kind.MAX_DISTANCE) {
        minScore = type.spaceType().scoreAt(reach.value());
      }
      type.spaceType().checkMinScore(minScore);
      return new Radius(
          minScore,
          rescore.kind() != Rescore.Kind.OFF,
          context.getIndexSettings().getMaxResultWindow());
    } catch (IllegalArgumentException e) {
      throw new QueryShardException(
          context, "[" + NAME + "]: field [" + field + "]: " + e.getMessage(), e);
    }
  }

  private float[] target(QueryShardContext context, QuantizedVectorFieldType type) {
    try {
      QuantvecLimits limits = type.node().limits();
      limits.countClause(context, field);
      limits.checkQuery(
          field, reach.isRadial() ? 0 : reach.k(), efSearch, rescore.oversampleFactor());
      float[] target = type.queryVector(field, vector);
      VectorChecks.checkScorable(field, type.spaceType(), target);
      return target;
    } catch (IllegalArgumentException e) {
      throw new QueryShardException(context, "[" + NAME + "]: " + e.getMessage(), e);
    }
  }

  @Override
  protected void extractInnerHitBuilders(Map<String, InnerHitContextBuilder> innerHits) {
    if (filter != null) {
      InnerHitContextBuilder.extractInnerHits(filter, innerHits);
    }
  }

  @Override
  public void visit(QueryBuilderVisitor visitor) {
    visitor.accept(this);
    if (filter != null) {
      filter.visit(visitor.getChildVisitor(BooleanClause.Occur.FILTER));
    }
  }

  @Override
  protected boolean doEquals(QuantizedKnnQueryBuilder other) {
    return field.equals(other.field)
        && vector.equals(other.vector)
        && reach.equals(other.reach)
        && Objects.equals(efSearch, other.efSearch)
        && Objects.equals(filter, other.filter)
        && rescore.equals(other.rescore)
        && expandNestedDocs == other.expandNestedDocs
        && ignoreUnmapped == other.ignoreUnmapped;
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(
        field, vector, reach, efSearch, filter, rescore, expandNestedDocs, ignoreUnmapped);
  }
}
