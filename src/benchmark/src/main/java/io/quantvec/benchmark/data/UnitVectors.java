/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * Data for cosine as vectors of unit length and their inner products, which have the same
 * neighbours. Others' formats are given these, as their own cosine is slower, and loses Lucene's
 * codes of few bits nearly all recall where lengths vary.
 */
public final class UnitVectors {

  private UnitVectors() {}

  /** The same data if they are for another similarity. */
  public static DataSet of(DataSet data) {
    if (data.similarity() != VectorSimilarityFunction.COSINE) {
      return data;
    }
    return new DataSet(
        data.name(),
        VectorSimilarityFunction.DOT_PRODUCT,
        normalized(data.base()),
        normalized(Arrays.asList(data.queries())).toArray(float[][]::new),
        data.thresholds());
  }

  private static List<float[]> normalized(List<float[]> vectors) {
    return VectorFile.changed(vectors, vector -> VectorUtil.l2normalize(vector.clone(), false));
  }
}
