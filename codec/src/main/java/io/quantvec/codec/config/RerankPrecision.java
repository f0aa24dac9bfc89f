/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The kind of the finer copy that rescoring, merges and exact search read.
 *
 * <p>The wire numbers stand in index files and never change.
 */
public enum RerankPrecision {
  /** The 32 bit floats as they were indexed, bit for bit. */
  FP32(1),
  /** IEEE 754 half precision floats, rounded to nearest even: under cosine of the unit vector. */
  FP16(2),
  /**
   * 8 bits a dimension of the vector less a centroid of the field, with a scale a vector: under
   * cosine of the unit vector.
   */
  INT8(3),
  /** No copy: the codes are all there is. */
  NONE(4);

  private final int wireNumber;

  RerankPrecision(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that stands for this kind in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** The name in mappings: the constant's name in lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of a mapping's name.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists all names
   */
  public static RerankPrecision fromLabel(String label) {
    for (RerankPrecision kind : values()) {
      if (kind.label().equals(label)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "unknown rerank ["
            + label
            + "], expected one of "
            + Arrays.stream(values()).map(RerankPrecision::label).collect(Collectors.toList()));
  }

  /**
   * The kind of a wire number.
   *
   * @throws IllegalArgumentException if no kind has that number
   */
  public static RerankPrecision fromWireNumber(int wireNumber) {
    for (RerankPrecision kind : values()) {
      if (kind.wireNumber == wireNumber) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown wire number of a rerank copy: " + wireNumber);
  }
}
