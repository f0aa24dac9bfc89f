/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The kind of rerank copy, which rescoring, merges and exact search read.
 *
 * <p>Wire numbers are stored in index files and never change.
 */
public enum RerankPrecision {
  /** The indexed 32-bit floats, bit for bit. */
  FP32(1),
  /**
   * IEEE 754 half precision floats, rounded to nearest even; of the unit vector if the similarity
   * is cosine.
   */
  FP16(2),
  /**
   * 8 bits per dimension of the vector relative to a centroid of the field, with one scale per
   * vector; of the unit vector if the similarity is cosine.
   */
  INT8(3),
  /** No rerank copy; only codes are stored. */
  NONE(4);

  private final int wireNumber;

  RerankPrecision(int wireNumber) {
    this.wireNumber = wireNumber;
  }

  /** The number that identifies this kind in index files. */
  public int wireNumber() {
    return wireNumber;
  }

  /** The name in mappings: the constant's name in lowercase. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind with a name from a mapping.
   *
   * @throws IllegalArgumentException if no kind has this name; the message lists all names
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
   * The kind with a wire number.
   *
   * @throws IllegalArgumentException if no kind has this wire number
   */
  public static RerankPrecision fromWireNumber(int wireNumber) {
    for (RerankPrecision kind : values()) {
      if (kind.wireNumber == wireNumber) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown rerank wire number [" + wireNumber + "]");
  }
}
