/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

/**
 * Bounds of the rounding of sums of floats, in any order of addition (Higham, "Accuracy and
 * Stability of Numerical Algorithms", section 4.2).
 */
final class FloatSums {

  /** The rounding of a product below the smallest normal float. */
  private static final double UNDERFLOW = 0x1p-149;

  private FloatSums() {}

  /**
   * The largest error of a sum of products of two floats, or of squared differences, as a share of
   * the sum of the magnitudes.
   *
   * @param count terms of the sum
   */
  static double rounding(int count) {
    return 1.01 * (count + 8) * 0x1p-24;
  }

  /** The largest additional error of such a sum if its terms are tiny. */
  static double underflow(int count) {
    return count * UNDERFLOW;
  }
}
