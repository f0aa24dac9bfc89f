/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * Data for cosine as vectors of unit length and their inner products, which have the same
 * neighbours. Others' formats are given these, as their own cosine is slower, and loses Lucene's
 * codes of few bits nearly all recall where lengths vary.
 */
final class UnitVectors {

  private UnitVectors() {}

  /** The same data if they are for another similarity. */
  static DataSet of(DataSet data) {
    if (data.similarity() != VectorSimilarityFunction.COSINE) {
      return data;
    }
    return new DataSet(
        data.name(),
        VectorSimilarityFunction.DOT_PRODUCT,
        normalized(data.base()),
        normalized(data.queries()),
        data.thresholds());
  }

  private static float[][] normalized(float[][] vectors) {
    float[][] units = new float[vectors.length][];
    for (int i = 0; i < units.length; i++) {
      units[i] = VectorUtil.l2normalize(vectors[i].clone(), false);
    }
    return units;
  }
}
