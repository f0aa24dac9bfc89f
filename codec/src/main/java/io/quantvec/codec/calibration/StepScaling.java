/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/** How the steps of a code follow from those of its calibration. */
public enum StepScaling {
  /** A direction is coded with the calibration's steps, or nearly so. */
  CALIBRATED,
  /** The steps are stretched so that the largest component of each vector has the largest code. */
  LARGEST,
  /** The steps are those of the residual itself, not of its direction. */
  ABSOLUTE;

  /** The scaling that a method's steps are meant for. */
  public static StepScaling of(CalibrationMethod method) {
    return switch (method) {
      case MSE, PERCENTILE, ENTROPY, RMS, MINMAX -> CALIBRATED;
      case LOCAL -> LARGEST;
      case RANGES, INPUT -> ABSOLUTE;
    };
  }

  /**
   * What the steps are to be multiplied by for one vector.
   *
   * @param direction the transformed direction of its residual
   * @param inverseSteps one over the step, a component
   * @param norm the residual's length, above 0
   * @return above 0
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
