/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a user wants the scales of codes to be determined, named as in the calibrators of ONNX
 * Runtime and TensorRT. {@link CalibrationMethod} is the method that was actually used.
 *
 * <p>Wire numbers are stored in index files and never change.
 */
public enum ScaleMethod {
  /** The method that gives the best ranking for the number of bits per code. */
  AUTO(0),
  /** The clipping range with the smallest squared error. */
  MSE(1),
  /** The range of a given share of the sample, which the user gives as a percentile. */
  PERCENTILE(2),
  /** The clipping range that preserves most of the sample's information. */
  ENTROPY(3),
  /** The range of the sample, so that no value of the sample is clipped. */
  MINMAX(4);

  private final int wireNumber;

  ScaleMethod(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that identifies this method in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** The name in mappings: the constant's name in lowercase. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The method with a name from a mapping.
   *
   * @throws IllegalArgumentException if no method has this name; the message lists all names
   */
  public static ScaleMethod fromLabel(String label) {
    for (ScaleMethod method : values()) {
      if (method.label().equals(label)) {
        return method;
      }
    }
    throw new IllegalArgumentException(
        "unknown calibration method ["
            + label
            + "], expected one of "
            + Arrays.stream(values()).map(ScaleMethod::label).collect(Collectors.toList()));
  }

  /**
   * The method with a wire number.
   *
   * @throws IllegalArgumentException if no method has this wire number
   */
  public static ScaleMethod fromWireNumber(int wireNumber) {
    for (ScaleMethod method : values()) {
      if (method.wireNumber == wireNumber) {
        return method;
      }
    }
    throw new IllegalArgumentException("unknown scale method wire number [" + wireNumber + "]");
  }
}
