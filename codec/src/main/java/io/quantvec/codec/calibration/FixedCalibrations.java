/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import io.quantvec.codec.transform.IdentityTransform;
import java.util.Arrays;

/** Calibrations that are known before any vector is seen. */
public final class FixedCalibrations {

  private FixedCalibrations() {}

  /**
   * Ranges of the vectors' own values, as calibration sets give them (sentence-transformers' {@code
   * quantize_embeddings} takes the same). Codes of a dimension are spread evenly over its range,
   * and a value outside of it is clipped. Under cosine the ranges are those of vectors of unit
   * length.
   *
   * @param min lowest value, a dimension
   * @param max highest value, a dimension
   * @param bits bits a dimension: 1 to 8
   * @throws IllegalArgumentException if lengths differ, or a range is empty or not finite
   */
  public static Calibration ranges(float[] min, float[] max, int bits) {
    if (min.length == 0 || min.length != max.length) {
      throw new IllegalArgumentException(
          "expected as many lowest as highest values, got " + min.length + " and " + max.length);
    }
    float[] centroid = new float[min.length];
    float[] steps = new float[min.length];
    for (int d = 0; d < min.length; d++) {
      double width = (double) max[d] - min[d];
      if (!(width > 0 && width <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "expected a range of a lowest and a higher value in dimension "
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
            "expected a range that " + bits + " bits can divide, got " + min[d] + " to " + max[d]);
      }
    }
    return fixed(CalibrationMethod.RANGES, centroid, bits, steps, Float.NaN, Float.NaN);
  }

  /**
   * Vectors that arrive as signed bytes: a component of code u is scale * (u - zeroPoint).
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
    // Without this, a zero point of 0 would make a centroid of -0.
    Arrays.fill(centroid, zeroPoint == 0 ? 0 : -scale * zeroPoint);
    float[] steps = new float[dimension];
    Arrays.fill(steps, scale);
    return fixed(CalibrationMethod.INPUT, centroid, Byte.SIZE, steps, 0, 0);
  }

  /**
   * Vectors that arrive as bits.
   *
   * @param low what a bit of 0 stands for: 0, or the negative of high
   * @param high what a bit of 1 stands for, above 0
   */
  public static Calibration binaryInput(int dimension, float low, float high) {
    if (!(high >= Float.MIN_NORMAL && high <= MAX_SCALE && (low == 0 || low == -high))) {
      throw new IllegalArgumentException(
          "expected a value above 0 for 1, and 0 or its negative for 0, got "
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

  /** 8 bits a dimension, of equal steps that each vector stretches to its largest component. */
  public static Calibration local(float[] centroid) {
    float[] steps = new float[centroid.length];
    Arrays.fill(steps, 1);
    return fixed(CalibrationMethod.LOCAL, centroid, Byte.SIZE, steps, Float.NaN, 0);
  }

  /** Squared lengths of 16,000 components of 8 bits of this scale are finite floats. */
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
        0,
        new IdentityTransform(centroid.length),
        centroid,
        1,
        all,
        steps,
        expectedError,
        clipRate);
  }
}
