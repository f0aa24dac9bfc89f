/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

/**
 * What sums of floats can lose, whatever order they are added in (Higham, "Accuracy and Stability
 * of Numerical Algorithms", section 4.2).
 */
final class FloatSums {

  /** What a product below the smallest normal float is rounded by. */
  private static final double UNDERFLOW = 0x1p-149;

  private FloatSums() {}

  /**
   * Of a sum of products of two floats, or of squared differences, the share of the sum of their
   * magnitudes that it can be off by.
   *
   * @param count terms of the sum
   */
  static double rounding(int count) {
    return 1.01 * (count + 8) * 0x1p-24;
  }

  /** What such a sum can be off by beside that, where its terms are tiny. */
  static double underflow(int count) {
    return count * UNDERFLOW;
  }
}
