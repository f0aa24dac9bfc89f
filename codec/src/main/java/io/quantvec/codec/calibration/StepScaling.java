/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/** How the steps of a vector's code are derived from the steps of its calibration. */
public enum StepScaling {
  /** Directions are encoded with the calibration's steps, or nearly so. */
  CALIBRATED,
  /** The steps are scaled so that the largest component of each vector gets the largest code. */
  LARGEST,
  /** The calibration's steps apply to the residual itself and not to its direction. */
  ABSOLUTE;

  /** The scaling that a method's steps need. */
  public static StepScaling of(CalibrationMethod method) {
    return switch (method) {
      case MSE, PERCENTILE, ENTROPY, RMS, MINMAX -> CALIBRATED;
      case LOCAL -> LARGEST;
      case RANGES, INPUT -> ABSOLUTE;
    };
  }

  /**
   * The factor that one vector's steps are multiplied by.
   *
   * @param direction the transformed direction of the vector's residual
   * @param inverseSteps 1 / step of each component
   * @param norm the residual's length, above 0
   * @return a factor above 0
   */
  public float stretch(float[] direction, float[] inverseSteps, double norm) {
    return switch (this) {
      case CALIBRATED -> 1;
      case LARGEST -> {
        float largest = 0;
        for (int d = 0; d < direction.length; d++) {
          largest = Math.max(largest, Math.abs(direction[d] * inverseSteps[d]));
        }
        yield Math.max(largest / Calibrator.MAX_INT8, Float.MIN_NORMAL);
      }
      case ABSOLUTE -> (float) Math.clamp(1 / norm, Float.MIN_NORMAL, Float.MAX_VALUE);
    };
  }
}
