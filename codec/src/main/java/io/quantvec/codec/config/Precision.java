/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The precision that a user asks for: how many bits per dimension a stored code has.
 *
 * <p>Wire numbers are stored in index files and never change; new precisions take new numbers.
 */
public enum Precision {
  /** IEEE 754 half precision floats, rounded to nearest even; no calibration. */
  FP16(1, 16),
  /** Signed 8-bit codes, clamped to +-127, with a calibrated scale per dimension. */
  INT8(2, 8),
  /** A budget of 4 bits per dimension. */
  INT4(3, 4),
  /** A budget of 1 bit per dimension. */
  BINARY(4, 1),
  /** A budget of 2 bits per dimension. */
  INT2(5, 2),
  /** A budget of log2(3) bits per dimension, which is enough for three values. */
  TERNARY(6, Math.log(3) / Math.log(2)),
  /** A budget in bits per dimension that the user gives. */
  BITS(7, Double.NaN),
  /** A budget that each calibration chooses: the smallest budget that meets a recall target. */
  AUTO(8, Double.NaN);

  private final int wireNumber;
  private final double bits;

  Precision(int wireNumber, double bits) {
    this.wireNumber = wireNumber;
    this.bits = bits;
  }

  /** The number that identifies this precision in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** Bits per dimension, without correction terms; NaN if the name does not determine them. */
  public double bits() {
    return bits;
  }

  /** The name in mappings: the constant's name in lowercase. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The precision with a name from a mapping.
   *
   * @throws IllegalArgumentException if no precision has this name; the message lists all names
   */
  public static Precision fromLabel(String label) {
    for (Precision precision : values()) {
      if (precision.label().equals(label)) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        "unknown precision ["
            + label
            + "], expected one of "
            + Arrays.stream(values()).map(Precision::label).collect(Collectors.toList()));
  }

  /**
   * The precision with a wire number.
   *
   * @throws IllegalArgumentException if no precision has this wire number
   */
  public static Precision fromWireNumber(int wireNumber) {
    for (Precision precision : values()) {
      if (precision.wireNumber == wireNumber) {
        return precision;
      }
    }
    throw new IllegalArgumentException("unknown precision wire number [" + wireNumber + "]");
  }
}
