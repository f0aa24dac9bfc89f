/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * How the scales of a calibration were found. The wire numbers stand in index files and never
 * change; 2 and 3 are set aside for percentile and entropy.
 */
public enum CalibrationMethod {
  /** The clipping range with the smallest squared error on the sample. */
  MSE(1),
  /** The root mean square of each block, with the steps that suit a normal distribution. */
  RMS(4),
  /** A learned transform and bits by reverse water-filling. */
  KLT(5);

  private final int wireNumber;

  CalibrationMethod(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that stands for this method in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /**
   * The method of a wire number.
   *
   * @throws IllegalArgumentException if no method has that number
   */
  public static CalibrationMethod fromWireNumber(int wireNumber) {
    for (CalibrationMethod method : values()) {
      if (method.wireNumber == wireNumber) {
        return method;
      }
    }
    throw new IllegalArgumentException(
        "unknown wire number of a calibration method: " + wireNumber);
  }
}
