/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import java.util.List;
import java.util.Map;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.index.mapper.ArraySourceValueFetcher;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.TextSearchInfo;
import org.opensearch.index.mapper.ValueFetcher;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.search.lookup.SearchLookup;

/** What queries and the codec know about a quantized vector field. */
public final class QuantizedVectorFieldType extends MappedFieldType {

  /** The name in mappings. */
  public static final String TYPE_NAME = "quantized_vector";

  private final VectorParameters parameters;
  private final VectorIndexing indexing;
  private final InputVectors vectors;

  /**
   * @param parameters what the mapping says
   * @param indexing what follows from it
   */
  QuantizedVectorFieldType(
      String name, VectorParameters parameters, VectorIndexing indexing, Map<String, String> meta) {
    super(name, true, false, false, TextSearchInfo.NONE, meta);
    this.parameters = parameters;
    this.indexing = indexing;
    this.vectors = new InputVectors(parameters);
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

  /** How new segments are written. */
  public VectorIndexing indexing() {
    return indexing;
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

  @Override
  public String typeName() {
    return TYPE_NAME;
  }

  @Override
  public ValueFetcher valueFetcher(QueryShardContext context, SearchLookup lookup, String format) {
    if (format != null) {
      throw new IllegalArgumentException(
          "field [" + name() + "] of type [" + TYPE_NAME + "] takes no [format]");
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

  @Override
  public Query termQuery(Object value, QueryShardContext context) {
    throw new QueryShardException(
        context,
        "field ["
            + name()
            + "] of type ["
            + TYPE_NAME
            + "] takes no term queries, only [quantized_knn] and [exists]");
  }
}
