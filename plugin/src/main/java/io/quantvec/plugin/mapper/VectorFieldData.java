/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.SortField;
import org.opensearch.common.util.BigArrays;
import org.opensearch.index.fielddata.IndexFieldData;
import org.opensearch.index.fielddata.IndexFieldData.XFieldComparatorSource.Nested;
import org.opensearch.search.DocValueFormat;
import org.opensearch.search.MultiValueMode;
import org.opensearch.search.aggregations.support.ValuesSourceType;
import org.opensearch.search.sort.BucketedSort;
import org.opensearch.search.sort.SortOrder;

/**
 * The vectors of a field, for scripts and {@code docvalue_fields}: from the rerank copy, or the
 * code without one, that each segment keeps. There are no doc values behind it, and no more memory
 * than that of a vector.
 */
public final class VectorFieldData implements IndexFieldData<VectorLeafFieldData> {

  private final QuantizedVectorFieldType type;

  /** Those of a field. */
  public VectorFieldData(QuantizedVectorFieldType type) {
    this.type = type;
  }

  @Override
  public String getFieldName() {
    return type.name();
  }

  @Override
  public VectorLeafFieldData load(LeafReaderContext context) {
    return new VectorLeafFieldData(type, context.reader());
  }

  @Override
  public VectorLeafFieldData loadDirect(LeafReaderContext context) {
    return load(context);
  }

  /**
   * Only aggregations ask for it.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  public ValuesSourceType getValuesSourceType() {
    throw noAggregations(type);
  }

  /** The error of an aggregation on the field. */
  static IllegalArgumentException noAggregations(QuantizedVectorFieldType type) {
    return new IllegalArgumentException(
        type.describe()
            + " takes no aggregations; count its documents by a [filter] aggregation with an"
            + " [exists] query, or aggregate what a [script] makes of [doc['"
            + type.name()
            + "']]");
  }

  /**
   * Vectors have no order.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  public SortField sortField(
      Object missingValue, MultiValueMode sortMode, Nested nested, boolean reverse) {
    throw noSorting();
  }

  /**
   * Vectors have no order.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  public BucketedSort newBucketedSort(
      BigArrays bigArrays,
      Object missingValue,
      MultiValueMode sortMode,
      Nested nested,
      SortOrder sortOrder,
      DocValueFormat format,
      int bucketSize,
      BucketedSort.ExtraData extra) {
    throw noSorting();
  }

  private IllegalArgumentException noSorting() {
    return new IllegalArgumentException(
        type.describe()
            + " takes no sorting; sort by [_score] of a [quantized_knn] query, or by a [_script]"
            + " such as [doc['"
            + type.name()
            + "'].l2Squared(params.v)]");
  }
}
