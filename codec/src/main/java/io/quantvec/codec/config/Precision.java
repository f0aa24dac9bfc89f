/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a user asks for: how many bits a dimension of a stored code takes.
 *
 * <p>The wire numbers stand in index files and never change; new precisions take new numbers.
 */
public enum Precision {
  /** IEEE 754 half precision floats, rounded to nearest even; no calibration. */
  FP16(1, 16),
  /** Signed 8 bit codes, clamped to +-127, with a calibrated scale per dimension. */
  INT8(2, 8),
  /** A budget of 4 bits a dimension. */
  INT4(3, 4),
  /** A budget of 1 bit a dimension. */
  BINARY(4, 1),
  /** A budget of 2 bits a dimension. */
  INT2(5, 2),
  /** A budget of log2(3) bits a dimension: what three values take. */
  TERNARY(6, Math.log(3) / Math.log(2)),
  /** A budget that the user gives in bits a dimension. */
  BITS(7, Double.NaN),
  /** A budget that each calibration chooses, the smallest that meets a target of recall. */
  AUTO(8, Double.NaN);

  private final int wireNumber;
  private final double bits;

  Precision(int wireNumber, double bits) {
    this.wireNumber = wireNumber;
    this.bits = bits;
  }

  /** The number that stands for this precision in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** Bits a dimension of a code, without correction terms; NaN where no name says it. */
  public double bits() {
    return bits;
  }

  /** The name in mappings: the constant's name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The precision of a mapping's name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists all names
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
   * The precision of a wire number.
   *
   * @throws IllegalArgumentException if no precision has that number
   */
  public static Precision fromWireNumber(int wireNumber) {
    for (Precision precision : values()) {
      if (precision.wireNumber == wireNumber) {
        return precision;
      }
    }
    throw new IllegalArgumentException("unknown wire number of a precision: " + wireNumber);
  }
}
