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

  private final int dimension;
  private final SpaceType spaceType;
  private final VectorIndexing indexing;

  QuantizedVectorFieldType(
      String name,
      int dimension,
      SpaceType spaceType,
      VectorIndexing indexing,
      Map<String, String> meta) {
    super(name, true, false, false, TextSearchInfo.NONE, meta);
    this.dimension = dimension;
    this.spaceType = spaceType;
    this.indexing = indexing;
  }

  /** Numbers in a vector. */
  public int dimension() {
    return dimension;
  }

  /** What makes vectors near. */
  public SpaceType spaceType() {
    return spaceType;
  }

  /** How new segments are written. */
  public VectorIndexing indexing() {
    return indexing;
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
