/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the bits of a code are shared out; it matters to budgets below 8 bits only. */
public enum Allocation {
  /** Bits follow the variance, in the directions of a transform learned from the vectors. */
  MIXED(1),
  /** Every dimension gets the same bits, after a random rotation. */
  UNIFORM(2);

  private final int wireNumber;

  Allocation(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that stands for this allocation in index files; it never changes. */
  public int wireNumber() {
    return wireNumber;
  }

  /**
   * The allocation of a wire number.
   *
   * @throws IllegalArgumentException if no allocation has that number
   */
  public static Allocation fromWireNumber(int wireNumber) {
    for (Allocation allocation : values()) {
      if (allocation.wireNumber == wireNumber) {
        return allocation;
      }
    }
    throw new IllegalArgumentException("unknown wire number of an allocation: " + wireNumber);
  }

  /** The name in mappings: the constant's name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The allocation of a mapping's name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists all names
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
