/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import org.apache.lucene.index.VectorSimilarityFunction;

/** Turns estimates into Lucene's scores: never negative, never NaN, larger for nearer vectors. */
final class Scores {

  private Scores() {}

  /**
   * @param raw an inner product, a cosine, or for EUCLIDEAN a squared distance; not NaN
   */
  static float of(VectorSimilarityFunction similarity, double raw) {
    return switch (similarity) {
      case EUCLIDEAN -> (float) (1 / (1 + Math.max(0, raw)));
      case DOT_PRODUCT -> (float) Math.min(Math.max(0, (1 + raw) / 2), Float.MAX_VALUE);
      case COSINE -> (float) ((1 + Math.clamp(raw, -1.0, 1.0)) / 2);
      case MAXIMUM_INNER_PRODUCT ->
          raw < 0 ? (float) (1 / (1 - raw)) : (float) Math.min(raw + 1, Float.MAX_VALUE);
    };
  }

  /**
   * The inverse of {@link #of}: the largest distance or the smallest product of a score, within the
   * rounding of a score to a float.
   *
   * @param score of at least 0
   */
  static double raw(VectorSimilarityFunction similarity, float score) {
    return switch (similarity) {
      case EUCLIDEAN -> 1.0 / score - 1;
      case DOT_PRODUCT, COSINE -> 2.0 * score - 1;
      case MAXIMUM_INNER_PRODUCT -> score < 1 ? 1 - 1.0 / score : score - 1.0;
    };
  }
}
