/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.transform.VectorMath;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Which vectors can be stored and searched for: those whose scores are all finite numbers. */
public final class VectorLimits {

  /**
   * The largest squared length: the squared distance of two such vectors is at most four times as
   * large, and still a finite float.
   */
  private static final double MAX_SQUARES = Float.MAX_VALUE / 4;

  /** The smallest squared length under cosine: smaller ones lose their direction in a float. */
  private static final double MIN_COSINE_SQUARES = Float.MIN_NORMAL;

  private VectorLimits() {}

  /**
   * The problem of a vector, of a query or of a document.
   *
   * @return null without a problem, else text of the form "expected ..., got ..."
   */
  public static String problem(float[] vector, VectorSimilarityFunction similarity) {
    return problem(vector, similarity, false);
  }

  /**
   * The problem of a vector that is to be stored.
   *
   * @param config how the vector is stored: half floats, of codes or of the rerank copy, must hold
   *     the components, except under cosine, where the stored vector is of unit length
   * @return null without a problem, else text of the form "expected ..., got ..."
   */
  public static String indexingProblem(
      float[] vector, VectorSimilarityFunction similarity, QuantizationConfig config) {
    boolean halves =
        similarity != VectorSimilarityFunction.COSINE
            && (config.precision() == Precision.FP16
                || config.storedCopy() == RerankPrecision.FP16);
    return problem(vector, similarity, halves);
  }

  private static String problem(
      float[] vector, VectorSimilarityFunction similarity, boolean halves) {
    double squares = 0;
    for (int d = 0; d < vector.length; d++) {
      float value = vector[d];
      if (!Float.isFinite(value)) {
        return "expected finite numbers, got [" + value + "] at index [" + d + "]";
      }
      if (halves && !HalfFloats.fits(value)) {
        return "expected magnitudes that fp16 can hold, at most 65504, got ["
            + value
            + "] at index ["
            + d
            + "]";
      }
      squares += (double) value * value;
    }
    if (squares > MAX_SQUARES) {
      return "expected a vector of length at most ["
          + (float) Math.sqrt(MAX_SQUARES)
          + "], got length ["
          + (float) Math.sqrt(squares)
          + "]";
    }
    if (similarity == VectorSimilarityFunction.COSINE && squares < MIN_COSINE_SQUARES) {
      return squares == 0
          ? "expected a vector with a direction for cosine, got a zero vector"
          : "expected a vector of length at least ["
              + (float) Math.sqrt(MIN_COSINE_SQUARES)
              + "] for cosine, got length ["
              + (float) Math.sqrt(squares)
              + "]";
    }
    return null;
  }

  /**
   * Cuts a reconstructed vector down to the largest length that may be indexed: otherwise a
   * document could not be updated with the vector that was read from it.
   */
  static void shorten(float[] vector) {
    double squares = VectorMath.squaredLength(vector);
    if (squares > MAX_SQUARES) {
      // Rounding to floats could make the vector longer than the limit again.
      double factor = Math.sqrt(MAX_SQUARES / squares) * (1 - 0x1p-22);
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) (vector[d] * factor);
      }
    }
  }
}
