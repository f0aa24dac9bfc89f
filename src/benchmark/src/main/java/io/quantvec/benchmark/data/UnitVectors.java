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
 * Turns data for cosine into unit vectors that are compared by inner product and have the same
 * neighbors. Formats other than Quantvec's get this form. Their own cosine is slower, and Lucene's
 * codes of few bits lose nearly all recall where lengths vary.
 */
public final class UnitVectors {

  private UnitVectors() {}

  /** Returns the data as unit vectors, or the data unchanged if they are not for cosine. */
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
