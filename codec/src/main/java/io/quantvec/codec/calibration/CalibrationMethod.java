/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * How the steps of a calibration were determined. Method and transform together tell where a
 * calibration comes from. Wire numbers are stored in index files and never change.
 */
public enum CalibrationMethod {
  /** The clipping range with the smallest squared error on the sample. */
  MSE(1),
  /** The clipping range of a given share of the sample's values. */
  PERCENTILE(2),
  /** The clipping range that preserves most of the sample's information. */
  ENTROPY(3),
  /** The root mean square of each block, with the best steps for a normal distribution. */
  RMS(4),
  /** The largest magnitude in the sample, so that no value of the sample is clipped. */
  MINMAX(6),
  /**
   * The largest magnitude of each vector, so that each vector has its own scale (locally-adaptive
   * vector quantization, arXiv 2304.04759). The calibration's steps are relative weights of the
   * dimensions.
   */
  LOCAL(7),
  /** Ranges that a user gave. */
  RANGES(8),
  /** The vectors arrive as codes; nothing is learned, and encoding loses nothing. */
  INPUT(9);

  private final int wireNumber;

  CalibrationMethod(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that identifies this method in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /**
   * The method with a wire number.
   *
   * @throws IllegalArgumentException if no method has this wire number
   */
  public static CalibrationMethod fromWireNumber(int wireNumber) {
    for (CalibrationMethod method : values()) {
      if (method.wireNumber == wireNumber) {
        return method;
      }
    }
    throw new IllegalArgumentException(
        "unknown calibration method wire number [" + wireNumber + "]");
  }
}
