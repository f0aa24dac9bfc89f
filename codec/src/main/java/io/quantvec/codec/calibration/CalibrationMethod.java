/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * How the steps of a calibration were found. Together with the transform, which may be learned, it
 * says where a calibration comes from. The wire numbers stand in index files and never change.
 */
public enum CalibrationMethod {
  /** The clipping range with the smallest squared error on the sample. */
  MSE(1),
  /** The clipping range that a share of the sample stays within. */
  PERCENTILE(2),
  /** The clipping range that keeps most of the sample's information. */
  ENTROPY(3),
  /** The root mean square of each block, with the steps that suit a normal distribution. */
  RMS(4),
  /** The largest magnitude of the sample: nothing of it is clipped. */
  MINMAX(6),
  /**
   * The largest magnitude of each vector, which thus has steps of its own (locally-adaptive vector
   * quantization, arXiv 2304.04759); the calibration's steps say how dimensions relate.
   */
  LOCAL(7),
  /** Ranges that were given, not learned. */
  RANGES(8),
  /** The vectors arrive as codes; nothing is learned, and nothing is lost. */
  INPUT(9);

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
