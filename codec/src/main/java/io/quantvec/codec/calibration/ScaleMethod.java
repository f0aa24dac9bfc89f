/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a user can ask of the scales of codes, in the words of ONNX Runtime's and TensorRT's
 * calibrators. What came of it is a {@link CalibrationMethod}.
 *
 * <p>The wire numbers stand in index files and never change.
 */
public enum ScaleMethod {
  /** What ranks best: it depends on the bits of a code. */
  AUTO(0),
  /** The clipping range of the smallest squared error. */
  MSE(1),
  /** The range that a share of the sample stays within, which the user gives as a percentile. */
  PERCENTILE(2),
  /** The clipping range that keeps most of the sample's information. */
  ENTROPY(3),
  /** The range of the sample: nothing of it is clipped. */
  MINMAX(4);

  private final int wireNumber;

  ScaleMethod(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that stands for this method in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** The name in mappings: the constant's name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The method of a mapping's name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists all names
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
   * The method of a wire number.
   *
   * @throws IllegalArgumentException if no method has that number
   */
  public static ScaleMethod fromWireNumber(int wireNumber) {
    for (ScaleMethod method : values()) {
      if (method.wireNumber == wireNumber) {
        return method;
      }
    }
    throw new IllegalArgumentException("unknown wire number of a scale method: " + wireNumber);
  }
}
