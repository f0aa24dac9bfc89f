/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.Arrays;
import java.util.List;

/**
 * A way to choose the range of the codes of one dimension or block: values beyond it are clipped to
 * it. The range is symmetric, from -a to a. A step of 8 bit codes, which have a code for zero, is a
 * / 127; one of b bits, which have none, is 2a / 2^b. The names are those of ONNX Runtime's and
 * TensorRT's calibrators.
 */
@FunctionalInterface
public interface ClippingRange {

  /** The percentile that ONNX Runtime's calibrator takes if none is given. */
  double DEFAULT_PERCENTILE = 99.999;

  /**
   * The range of a sample of one dimension's values.
   *
   * @param column finite values about the centroid, in any order, not changed; may be empty
   * @param bits bits of a code, 1 to 8
   * @return a, finite, at least 0, and at most the largest magnitude; 0 if all values are zeros
   */
  float of(float[] column, int bits);

  /** The distance between two codes of a range. */
  static float step(float range, int bits) {
    return bits == Byte.SIZE ? range / Calibrator.MAX_INT8 : 2 * range / (1 << bits);
  }

  /**
   * The way that a user asked for.
   *
   * @param method any but AUTO
   * @param percentile for PERCENTILE
   */
  static ClippingRange of(ScaleMethod method, double percentile) {
    return switch (method) {
      case MSE -> mse();
      case MINMAX -> minmax();
      case ENTROPY -> entropy();
      case PERCENTILE -> percentile(percentile);
      case AUTO -> throw new IllegalArgumentException("auto is not one way");
    };
  }

  /**
   * The ranges of all dimensions, for codes of 8 bits.
   *
   * @param sample finite vectors of d components about the centroid, not changed; not empty
   * @return d ranges, each as from {@link #of}
   */
  default float[] ofDimensions(List<float[]> sample) {
    float[] ranges = new float[sample.get(0).length];
    // A cache line holds 16 floats: a column alone would read all of the sample to use a part.
    float[][] columns = new float[16][sample.size()];
    for (int start = 0; start < ranges.length; start += columns.length) {
      int end = Math.min(ranges.length, start + columns.length);
      for (int i = 0; i < sample.size(); i++) {
        float[] vector = sample.get(i);
        for (int d = start; d < end; d++) {
          columns[d - start][i] = vector[d];
        }
      }
      for (int d = start; d < end; d++) {
        ranges[d] = of(columns[d - start], Byte.SIZE);
      }
    }
    return ranges;
  }

  /** The largest magnitude: nothing of the sample is clipped. */
  static ClippingRange minmax() {
    return (column, bits) -> largest(column);
  }

  /**
   * The magnitude that a share of the sample stays within, between two values of the sample
   * interpolated.
   *
   * @param percentile above 0, up to 100, which is the same as {@link #minmax}
   * @throws IllegalArgumentException if the percentile is out of its range
   */
  static ClippingRange percentile(double percentile) {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new IllegalArgumentException(
          "expected a percentile above 0 and up to 100, got " + percentile);
    }
    return (column, bits) -> percentile(column, percentile);
  }

  /**
   * The range, of those in steps of 5 % of the largest magnitude, of the least squared error: 30 to
   * 100 % for 8 bits, and from 5 % on for fewer, which pay more for a wide range.
   */
  static ClippingRange mse() {
    return ClippingRange::leastSquares;
  }

  /**
   * The range whose codes keep most of the distribution's information, by Kullback and Leibler's
   * divergence (Migacz, "8-bit Inference with TensorRT", 2017). It clips more than {@link #mse}
   * does, and serves distributions with long tails that matter little; it wants some thousand
   * values.
   */
  static ClippingRange entropy() {
    return EntropyRange::of;
  }

  private static float largest(float[] column) {
    float max = 0;
    for (float v : column) {
      max = Math.max(max, Math.abs(v));
    }
    return max;
  }

  private static float percentile(float[] column, double percentile) {
    if (column.length == 0) {
      return 0;
    }
    float[] sorted = new float[column.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Math.abs(column[i]);
    }
    Arrays.sort(sorted);
    double rank = percentile / 100 * (sorted.length - 1);
    int below = (int) rank;
    float low = sorted[below];
    float high = sorted[Math.min(below + 1, sorted.length - 1)];
    return (float) (low + (rank - below) * ((double) high - low));
  }

  private static float leastSquares(float[] column, int bits) {
    float max = largest(column);
    float best = max;
    double bestError = Double.POSITIVE_INFINITY;
    int least = bits == Byte.SIZE ? 30 : 5;
    for (int percent = 100; percent >= least; percent -= 5) {
      float range = max * (percent / 100f);
      float step = step(range, bits);
      // Values so small that their step has no inverse are lost in any code: clip nothing.
      if (step < Float.MIN_NORMAL) {
        break;
      }
      double error = squaredError(column, step, bits);
      if (error < bestError) {
        bestError = error;
        best = range;
      }
    }
    return best;
  }

  private static double squaredError(float[] column, float step, int bits) {
    double inverse = 1.0 / step;
    double error = 0;
    double half = (1 << bits - 1) - 0.5;
    for (float v : column) {
      double code =
          bits == Byte.SIZE
              ? Math.clamp(Math.rint(v * inverse), -Calibrator.MAX_INT8, Calibrator.MAX_INT8)
              : Math.clamp(Math.floor(v * inverse) + 0.5, -half, half);
      double miss = v - code * step;
      error += miss * miss;
    }
    return error;
  }
}
