/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.Arrays;
import java.util.List;

/**
 * A way to choose the range of 8 bit codes for one dimension: values beyond it are clipped to it.
 * The range is symmetric, from -a to a, and a code's step is a / 127. The names are those of ONNX
 * Runtime's and TensorRT's calibrators.
 */
@FunctionalInterface
public interface ClippingRange {

  /** The percentile that ONNX Runtime's calibrator takes if none is given. */
  double DEFAULT_PERCENTILE = 99.999;

  /**
   * The range of a sample of one dimension's values.
   *
   * @param column finite values about the centroid, in any order, not changed; may be empty
   * @return a, finite, at least 0, and at most the largest magnitude; 0 if all values are zeros
   */
  float of(float[] column);

  /**
   * The ranges of all dimensions.
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
        ranges[d] = of(columns[d - start]);
      }
    }
    return ranges;
  }

  /** The largest magnitude: nothing of the sample is clipped. */
  static ClippingRange minmax() {
    return ClippingRange::largest;
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
    return column -> percentile(column, percentile);
  }

  /** The range, of fifteen from 30 % of the largest magnitude on, of the least squared error. */
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

  private static float leastSquares(float[] column) {
    float max = largest(column);
    float best = max;
    double bestError = Double.POSITIVE_INFINITY;
    for (int percent = 100; percent >= 30; percent -= 5) {
      float range = max * (percent / 100f);
      float step = range / Calibrator.MAX_INT8;
      // Values so small that their step has no inverse are lost in any code: clip nothing.
      if (step < Float.MIN_NORMAL) {
        break;
      }
      double error = squaredError(column, step);
      if (error < bestError) {
        bestError = error;
        best = range;
      }
    }
    return best;
  }

  private static double squaredError(float[] column, float step) {
    double inverse = 1.0 / step;
    double error = 0;
    for (float v : column) {
      double code = Math.rint(v * inverse);
      double miss = v - Math.clamp(code, -Calibrator.MAX_INT8, Calibrator.MAX_INT8) * step;
      error += miss * miss;
    }
    return error;
  }
}
