/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.List;

/**
 * Chooses steps for 8-bit codes that each vector scales to its largest component: only the ratios
 * of the dimensions' steps matter.
 */
final class LocalSteps {

  /**
   * Minimum of a step relative to the mean step. A dimension that hardly varies in the sample can
   * vary in other vectors, and quantization errors of this size are negligible beside those of the
   * other dimensions.
   */
  static final float SCALE_FLOOR = 0.25f;

  /**
   * Exponents with which steps follow the standard deviations of dimensions: not at all, by the
   * square root, or in proportion. With a larger exponent, a few wide dimensions cost less, but
   * more of the quantization error falls on dimensions in which queries are large.
   */
  private static final double[] SPREAD_EXPONENTS = {0, 0.5, 1};

  /** Ratio of errors below which a larger exponent is preferred to a smaller, simpler one. */
  private static final double WORTHWHILE = 0.95;

  private LocalSteps() {}

  /**
   * Chooses the steps with the smallest error of inner products.
   *
   * @param sample residual directions, which the variances are computed from
   * @param tried the directions of the sample that steps are tried on
   * @return one step per dimension
   */
  static float[] of(List<float[]> sample, List<float[]> tried) {
    int dimension = sample.get(0).length;
    double[] variances = new double[dimension];
    for (float[] direction : sample) {
      for (int d = 0; d < dimension; d++) {
        variances[d] += (double) direction[d] * direction[d] / sample.size();
      }
    }
    float[] best = null;
    double bestError = Double.POSITIVE_INFINITY;
    for (double exponent : SPREAD_EXPONENTS) {
      float[] steps = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        steps[d] = (float) Math.pow(variances[d], exponent / 2);
      }
      raiseToFloor(steps, 1);
      double error = 0;
      for (float[] direction : tried) {
        error += scoreError(direction, steps, variances);
      }
      if (error < WORTHWHILE * bestError) {
        bestError = error;
        best = steps;
      }
    }
    return best;
  }

  /**
   * The variance that rounding adds to inner products with queries that have the variances of the
   * sample.
   */
  private static double scoreError(float[] direction, float[] steps, double[] variances) {
    double largest = 0;
    for (int d = 0; d < direction.length; d++) {
      largest = Math.max(largest, Math.abs((double) direction[d] / steps[d]));
    }
    double stretch = largest / Calibrator.MAX_INT8;
    double error = 0;
    for (int d = 0; d < direction.length && stretch > 0; d++) {
      double step = steps[d] * stretch;
      double miss = direction[d] - Math.rint(direction[d] / step) * step;
      error += variances[d] * miss * miss;
    }
    return error;
  }

  /**
   * Raises small steps to {@link #SCALE_FLOOR} times the mean step.
   *
   * @param ifAllAreZero the step of all dimensions if the sample has no residuals, because then any
   *     step encodes them
   */
  static void raiseToFloor(float[] steps, float ifAllAreZero) {
    double sum = 0;
    for (float step : steps) {
      sum += step;
    }
    float floor = sum > 0 ? (float) (SCALE_FLOOR * sum / steps.length) : ifAllAreZero;
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Math.max(steps[i], floor);
    }
  }
}
