/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a code's bits are distributed over the dimensions. Only budgets below 8 bits per dimension
 * use it.
 */
public enum Allocation {
  /**
   * Directions of larger variance get more bits, after a transform that is learned from the
   * vectors.
   */
  MIXED(1),
  /** Every dimension gets the same number of bits, after a random rotation. */
  UNIFORM(2);

  private final int wireNumber;

  Allocation(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that identifies this allocation in index files; it never changes. */
  public int wireNumber() {
    return wireNumber;
  }

  /**
   * The allocation with a wire number.
   *
   * @throws IllegalArgumentException if no allocation has this wire number
   */
  public static Allocation fromWireNumber(int wireNumber) {
    for (Allocation allocation : values()) {
      if (allocation.wireNumber == wireNumber) {
        return allocation;
      }
    }
    throw new IllegalArgumentException("unknown allocation wire number [" + wireNumber + "]");
  }

  /** The name in mappings: the constant's name in lowercase. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The allocation with a name from a mapping.
   *
   * @throws IllegalArgumentException if no allocation has this name; the message lists all names
   */
  public static Allocation fromLabel(String label) {
    for (Allocation allocation : values()) {
      if (allocation.label().equals(label)) {
        return allocation;
      }
    }
    throw new IllegalArgumentException(
        "unknown allocation ["
            + label
            + "], expected one of "
            + Arrays.stream(values()).map(Allocation::label).collect(Collectors.toList()));
  }
}
