/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Similarities in double precision. A larger value is nearer. The values are not Lucene scores. */
final class ExactSimilarity {

  /** Largest relative difference at which a stored similarity agrees with a computed one. */
  private static final double AGREEMENT = 1e-3;

  private ExactSimilarity() {}

  /** Returns the cosine, the inner product or the negated squared distance of two vectors. */
  static double of(VectorSimilarityFunction function, float[] a, float[] b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    double distance = 0;
    for (int d = 0; d < a.length; d++) {
      double difference = (double) a[d] - b[d];
      dot += (double) a[d] * b[d];
      squaresA += (double) a[d] * a[d];
      squaresB += (double) b[d] * b[d];
      distance += difference * difference;
    }
    return switch (function) {
      case COSINE -> squaresA == 0 || squaresB == 0 ? 0 : dot / Math.sqrt(squaresA * squaresB);
      case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> dot;
      case EUCLIDEAN -> -distance;
    };
  }

  /**
   * Finds the function whose values the ground truth holds, because the files do not name the
   * function.
   *
   * @throws IllegalArgumentException if no function agrees
   */
  static VectorSimilarityFunction detect(TruthFile truth, List<float[]> base, float[][] queries) {
    for (VectorSimilarityFunction function :
        new VectorSimilarityFunction[] {
          VectorSimilarityFunction.COSINE,
          VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT,
          VectorSimilarityFunction.EUCLIDEAN
        }) {
      if (agrees(function, truth, base, queries)) {
        return function;
      }
    }
    throw new IllegalArgumentException(
        "the ground truth's similarities are neither cosines nor inner products nor distances");
  }

  private static boolean agrees(
      VectorSimilarityFunction function, TruthFile truth, List<float[]> base, float[][] queries) {
    int last = truth.ids()[0].length - 1;
    for (int q = 0; q < Math.min(10, queries.length); q++) {
      int id = truth.ids()[q][last];
      if (id < base.size()) {
        double computed = of(function, queries[q], base.get(id));
        double stored = truth.similarities()[q][last];
        boolean same = close(computed, stored);
        if (function == VectorSimilarityFunction.EUCLIDEAN) {
          // Files store distances squared or not, and negated or not.
          same |= close(-computed, stored) || close(Math.sqrt(-computed), Math.abs(stored));
        }
        if (!same) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean close(double computed, double stored) {
    return Math.abs(computed - stored) <= AGREEMENT * Math.max(1e-3, Math.abs(stored));
  }
}
