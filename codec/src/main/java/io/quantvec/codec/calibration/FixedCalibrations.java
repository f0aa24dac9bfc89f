/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.transform.IdentityTransform;
import java.util.Arrays;

/** Creates calibrations that do not depend on a sample. */
public final class FixedCalibrations {

  private FixedCalibrations() {}

  /**
   * A calibration from ranges of the vectors' values, as {@code quantize_embeddings} of
   * sentence-transformers takes them. A dimension's codes are spaced evenly over its range, and
   * values outside of the range are clipped. If the similarity is cosine, the ranges are those of
   * vectors of unit length.
   *
   * @param min lowest value of each dimension
   * @param max highest value of each dimension
   * @param bits bits per dimension, 1 to 8
   * @throws IllegalArgumentException if lengths differ, or a range is empty or not finite
   */
  public static Calibration ranges(float[] min, float[] max, int bits) {
    if (min.length == 0 || min.length != max.length) {
      throw new IllegalArgumentException(
          "expected equal numbers of lowest and highest values, got "
              + min.length
              + " and "
              + max.length);
    }
    float[] centroid = new float[min.length];
    float[] steps = new float[min.length];
    for (int d = 0; d < min.length; d++) {
      double width = (double) max[d] - min[d];
      if (!(width > 0 && width <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "expected a finite range with min < max in dimension "
                + d
                + ", got "
                + min[d]
                + " to "
                + max[d]);
      }
      centroid[d] = (float) (min[d] + width / 2);
      steps[d] = ClippingRange.step((float) (width / 2), bits);
      if (steps[d] < Float.MIN_NORMAL) {
        throw new IllegalArgumentException(
            "expected a range wide enough for codes of "
                + bits
                + " bits, got "
                + min[d]
                + " to "
                + max[d]);
      }
    }
    return fixed(CalibrationMethod.RANGES, centroid, bits, steps, Float.NaN, Float.NaN);
  }

  /**
   * A calibration for vectors that arrive as signed bytes: code u represents the component scale *
   * (u - zeroPoint).
   *
   * @param scale finite, above 0
   * @param zeroPoint the code of zero, -128 to 127
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static Calibration int8Input(int dimension, float scale, int zeroPoint) {
    if (!(scale >= Float.MIN_NORMAL && scale <= MAX_SCALE)
        || zeroPoint < Byte.MIN_VALUE
        || zeroPoint > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected a scale above 0 and a zero point of -128 to 127, got "
              + scale
              + " and "
              + zeroPoint);
    }
    float[] centroid = new float[dimension];
    // Avoids a centroid of -0 for a zero point of 0.
    Arrays.fill(centroid, zeroPoint == 0 ? 0 : -scale * zeroPoint);
    float[] steps = new float[dimension];
    Arrays.fill(steps, scale);
    return fixed(CalibrationMethod.INPUT, centroid, Byte.SIZE, steps, 0, 0);
  }

  /**
   * A calibration for vectors that arrive as bits.
   *
   * @param low value of a 0 bit: 0 or -high
   * @param high value of a 1 bit, above 0
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static Calibration binaryInput(int dimension, float low, float high) {
    if (!(high >= Float.MIN_NORMAL && high <= MAX_SCALE && (low == 0 || low == -high))) {
      throw new IllegalArgumentException(
          "expected a value above 0 for 1 bits, and 0 or the negative of that value for 0 bits, got "
              + high
              + " and "
              + low);
    }
    float[] centroid = new float[dimension];
    Arrays.fill(centroid, (low + high) / 2);
    float[] steps = new float[dimension];
    Arrays.fill(steps, high - low);
    return fixed(CalibrationMethod.INPUT, centroid, 1, steps, 0, 0);
  }

  /**
   * A calibration of 8 bits per dimension with equal steps, which are scaled to the largest
   * component of each vector.
   */
  public static Calibration local(float[] centroid) {
    float[] steps = new float[centroid.length];
    Arrays.fill(steps, 1);
    return fixed(CalibrationMethod.LOCAL, centroid, Byte.SIZE, steps, Float.NaN, 0);
  }

  /** Largest scale: the squared length of 16,000 components of 8 bits is still a finite float. */
  private static final float MAX_SCALE = 1e14f;

  private static Calibration fixed(
      CalibrationMethod method,
      float[] centroid,
      int bits,
      float[] steps,
      float expectedError,
      float clipRate) {
    byte[] all = new byte[steps.length];
    Arrays.fill(all, (byte) bits);
    return new Calibration(
        method,
        new IdentityTransform(centroid.length),
        centroid,
        new CodeBlocks(1, all, steps),
        new SampleFit(0, expectedError, clipRate));
  }
}
