/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.Arrays;
import java.util.List;

/**
 * A method that chooses the clipping range of one dimension or block: codes clip values outside of
 * the range. A range is symmetric, from -range to range. 8-bit codes have a code for zero and a
 * step of range / 127. Codes of fewer bits b have no code for zero and a step of 2 range / 2^b. The
 * methods are named as in the calibrators of ONNX Runtime and TensorRT.
 */
@FunctionalInterface
public interface ClippingRange {

  /** The default percentile, as in ONNX Runtime's calibrator. */
  double DEFAULT_PERCENTILE = 99.999;

  /**
   * Chooses the range for a sample of one dimension's values.
   *
   * @param column finite values relative to the centroid, in any order; not changed; may be empty
   * @param bits bits per code, 1 to 8
   * @return the range: finite, from 0 to the largest magnitude; 0 if all values are 0
   */
  float of(float[] column, int bits);

  /** The distance between adjacent code values. */
  static float step(float range, int bits) {
    return bits == Byte.SIZE ? range / Calibrator.MAX_INT8 : 2 * range / (1 << bits);
  }

  /**
   * The implementation of a user's choice.
   *
   * @param method any method except AUTO
   * @param percentile used by PERCENTILE only
   */
  static ClippingRange of(ScaleMethod method, double percentile) {
    return switch (method) {
      case MSE -> mse();
      case MINMAX -> minmax();
      case ENTROPY -> entropy();
      case PERCENTILE -> percentile(percentile);
      case AUTO ->
          throw new IllegalArgumentException("[auto] does not name a single clipping range method");
    };
  }

  /**
   * Chooses the ranges of all dimensions, for 8-bit codes.
   *
   * @param sample finite vectors of d components relative to the centroid; not changed; not empty
   * @return d ranges, each as from {@link #of}
   */
  default float[] ofDimensions(List<float[]> sample) {
    float[] ranges = new float[sample.get(0).length];
    // Copies 16 columns at a time, because a cache line holds 16 floats: reading one column loads
    // the cache lines of 16.
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

  /** The largest magnitude, so that no value of the sample is clipped. */
  static ClippingRange minmax() {
    return (column, bits) -> largest(column);
  }

  /**
   * The magnitude that a share of the sample's magnitudes does not exceed, linearly interpolated
   * between two of them.
   *
   * @param percentile that share in percent, above 0, up to 100, which equals {@link #minmax}
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
   * The range with the smallest squared error. Tries multiples of 5 % of the largest magnitude: 30
   * to 100 % for 8 bits, 5 to 100 % for fewer bits, for which wide ranges cost more.
   */
  static ClippingRange mse() {
    return ClippingRange::leastSquares;
  }

  /**
   * The range whose codes preserve most of the distribution's information, by the Kullback-Leibler
   * divergence (Migacz, "8-bit Inference with TensorRT", 2017). It clips more than {@link #mse} and
   * suits distributions with long tails that matter little. It needs a few thousand values.
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
      // A step so small that it has no inverse loses all values in any case, so do not clip.
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
