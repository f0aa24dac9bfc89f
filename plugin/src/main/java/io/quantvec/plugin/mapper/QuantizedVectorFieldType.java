/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.plugin.node.QuantvecNode;
import io.quantvec.plugin.settings.PluginNames;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.InputVectors;
import io.quantvec.plugin.vector.SpaceType;
import io.quantvec.plugin.vector.VectorInput;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.queries.intervals.IntervalsSource;
import org.apache.lucene.queries.spans.SpanMultiTermQueryWrapper;
import org.apache.lucene.queries.spans.SpanQuery;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.MultiTermQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.geo.ShapeRelation;
import org.opensearch.common.time.DateMathParser;
import org.opensearch.common.unit.Fuzziness;
import org.opensearch.index.analysis.NamedAnalyzer;
import org.opensearch.index.fielddata.IndexFieldData;
import org.opensearch.index.mapper.ArraySourceValueFetcher;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.TextSearchInfo;
import org.opensearch.index.mapper.ValueFetcher;
import org.opensearch.index.query.IntervalMode;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.search.DocValueFormat;
import org.opensearch.search.lookup.SearchLookup;

/** The field type, by which queries and the codec know a field. */
public final class QuantizedVectorFieldType extends MappedFieldType {

  /** The name in mappings. */
  public static final String TYPE_NAME = PluginNames.FIELD_TYPE;

  private final VectorParameters parameters;
  private volatile VectorIndexing indexing;
  private final InputVectors vectors;
  private final QuantvecNode node;

  /**
   * @param parameters what the mapping says
   * @param indexing what follows from it
   * @param node what the node has once
   */
  QuantizedVectorFieldType(
      String name,
      VectorParameters parameters,
      VectorIndexing indexing,
      QuantvecNode node,
      Map<String, String> meta) {
    super(name, true, false, false, TextSearchInfo.NONE, meta);
    this.parameters = parameters;
    this.indexing = indexing;
    this.vectors =
        new InputVectors(parameters.dimension(), parameters.spaceType(), parameters.input());
    this.node = node;
  }

  /** What the mapping says. */
  VectorParameters parameters() {
    return parameters;
  }

  /** Numbers in a vector. */
  public int dimension() {
    return parameters.dimension();
  }

  /** What makes vectors near. */
  public SpaceType spaceType() {
    return parameters.spaceType();
  }

  /**
   * How new segments are encoded and indexed. If a stored calibration was missing so far it is
   * looked for once more, for the cluster may have it by now.
   */
  public VectorIndexing indexing() {
    if (indexing.missing() != null) {
      try {
        indexing = parameters.indexing(node.calibrations());
      } catch (IllegalArgumentException e) {
        // The calibration exists now, but is for other fields, so it counts as missing.
        return indexing;
      }
    }
    return indexing;
  }

  /** What the node has once, such as limits of queries. */
  public QuantvecNode node() {
    return node;
  }

  /** What vectors arrive as. */
  public VectorInput.Type input() {
    return parameters.input().type();
  }

  /** The field with its type, as error messages begin. */
  public String describe() {
    return "field [" + name() + "] of type [" + TYPE_NAME + "]";
  }

  /** What documents and queries give, and what it means. */
  InputVectors vectors() {
    return vectors;
  }

  /**
   * What a query's vector means.
   *
   * @param field the name in the query, for error messages
   * @throws IllegalArgumentException if it is of another kind or length than the field takes
   */
  public float[] queryVector(String field, GivenVector given) {
    return vectors.ofQuery(field, given);
  }

  /**
   * A query that asks for the neighbors of a stored vector, as a client would send it.
   *
   * @param stored the numbers that the vector is read as
   */
  public GivenVector asQuery(float[] stored) {
    return vectors.asQuery(stored);
  }

  /** A query that no space type refuses, in a form that the field takes. */
  public GivenVector anyQuery() {
    return vectors.anyQuery();
  }

  @Override
  public String typeName() {
    return TYPE_NAME;
  }

  /** The platform puts it into error messages. */
  @Override
  public String toString() {
    return TYPE_NAME;
  }

  @Override
  public ValueFetcher valueFetcher(QueryShardContext context, SearchLookup lookup, String format) {
    if (format != null) {
      throw new IllegalArgumentException(
          describe()
              + " takes no [format] in [fields], which gives the vector as it was sent; use"
              + " [docvalue_fields] for another form");
    }
    return new ArraySourceValueFetcher(name(), context) {
      @Override
      protected Object parseSourceValue(Object value) {
        // A value that is no array never got past the mapper, except under ignore_malformed.
        return value instanceof List<?> ? value : List.of(value);
      }
    };
  }

  /** Vectors are no doc values and no terms; Lucene finds their documents by the vectors' own. */
  @Override
  public Query existsQuery(QueryShardContext context) {
    return new FieldExistsQuery(name());
  }

  /**
   * Scripts and {@code docvalue_fields} see the rerank copies of the vectors, or the codes without
   * a rerank copy.
   */
  @Override
  public IndexFieldData.Builder fielddataBuilder(
      String fullyQualifiedIndexName, Supplier<SearchLookup> searchLookup) {
    return (cache, breakerService) -> new VectorFieldData(this);
  }

  /** The platform would conclude it from there being field data. */
  @Override
  public boolean isAggregatable() {
    return false;
  }

  @Override
  public DocValueFormat docValueFormat(String format, ZoneId timeZone) {
    if (timeZone != null) {
      throw new IllegalArgumentException(describe() + " takes no [time_zone]");
    }
    return VectorValueFormat.of(format, input(), describe());
  }

  @Override
  public Query termQuery(Object value, QueryShardContext context) {
    throw noQuery("term", context);
  }

  @Override
  public Query termQueryCaseInsensitive(Object value, QueryShardContext context) {
    throw noQuery("term", context);
  }

  @Override
  public Query termsQuery(List<?> values, QueryShardContext context) {
    throw noQuery("terms", context);
  }

  @Override
  public Query rangeQuery(
      Object lowerTerm,
      Object upperTerm,
      boolean includeLower,
      boolean includeUpper,
      ShapeRelation relation,
      ZoneId timeZone,
      DateMathParser parser,
      QueryShardContext context) {
    throw noQuery("range", context);
  }

  @Override
  public Query fuzzyQuery(
      Object value,
      Fuzziness fuzziness,
      int prefixLength,
      int maxExpansions,
      boolean transpositions,
      MultiTermQuery.RewriteMethod method,
      QueryShardContext context) {
    throw noQuery("fuzzy", context);
  }

  @Override
  public Query prefixQuery(
      String value,
      MultiTermQuery.RewriteMethod method,
      boolean caseInsensitive,
      QueryShardContext context) {
    throw noQuery("prefix", context);
  }

  @Override
  public Query wildcardQuery(
      String value,
      MultiTermQuery.RewriteMethod method,
      boolean caseInsensitive,
      QueryShardContext context) {
    throw noQuery("wildcard", context);
  }

  @Override
  public Query normalizedWildcardQuery(
      String value, MultiTermQuery.RewriteMethod method, QueryShardContext context) {
    throw noQuery("wildcard", context);
  }

  @Override
  public Query regexpQuery(
      String value,
      int syntaxFlags,
      int matchFlags,
      int maxDeterminizedStates,
      MultiTermQuery.RewriteMethod method,
      QueryShardContext context) {
    throw noQuery("regexp", context);
  }

  @Override
  public Query distanceFeatureQuery(
      Object origin, String pivot, float boost, QueryShardContext context) {
    throw noQuery("distance_feature", context);
  }

  @Override
  public IntervalsSource intervals(
      String query, int maxGaps, IntervalMode mode, NamedAnalyzer analyzer, boolean prefix) {
    throw noQuery("intervals", null);
  }

  @Override
  public SpanQuery spanPrefixQuery(
      String value, SpanMultiTermQueryWrapper.SpanRewriteMethod method, QueryShardContext context) {
    throw noQuery("span", context);
  }

  /** Those of text; what has no context is turned into an error of the request all the same. */
  @Override
  public Query phraseQuery(TokenStream stream, int slop, boolean enablePositionIncrements) {
    throw noQuery("phrase", null);
  }

  @Override
  public Query multiPhraseQuery(TokenStream stream, int slop, boolean enablePositionIncrements) {
    throw noQuery("phrase", null);
  }

  @Override
  public Query phrasePrefixQuery(TokenStream stream, int slop, int maxExpansions) {
    throw noQuery("phrase_prefix", null);
  }

  private RuntimeException noQuery(String kind, QueryShardContext context) {
    String problem =
        describe()
            + " takes no "
            + kind
            + " queries, only [quantized_knn], [exists], and scripts by [script_score]";
    return context == null
        ? new IllegalArgumentException(problem)
        : new QueryShardException(context, problem);
  }
}
