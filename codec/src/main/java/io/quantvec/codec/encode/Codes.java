/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.encode.CodeLayout.Kind;

/** Moves the codes of single dimensions into packed bytes and out of them. */
final class Codes {

  private Codes() {}

  /** Packs one code per dimension into the first bytes of a record. */
  static void pack(CodeLayout layout, int[] codes, byte[] record) {
    int dimension = layout.dimension();
    switch (layout.kind()) {
      case BYTES -> {
        for (int d = 0; d < dimension; d++) {
          record[d] = (byte) codes[d];
        }
      }
      case NIBBLES -> {
        int half = layout.codeLength();
        for (int i = 0; i < half; i++) {
          int high = half + i < dimension ? codes[half + i] : 0;
          record[i] = (byte) (codes[i] | high << 4);
        }
      }
      case BITS -> {
        for (int i = 0; i < layout.codeLength(); i++) {
          int bits = 0;
          for (int d = i * 8; d < Math.min(i * 8 + 8, dimension); d++) {
            bits |= codes[d] << (d & 7);
          }
          record[i] = (byte) bits;
        }
      }
      case HALVES, PLANES -> throw unsupported(layout.kind());
    }
  }

  /** Reads one code per dimension from the first bytes of a record. */
  static void unpack(CodeLayout layout, byte[] record, int[] codes) {
    int dimension = layout.dimension();
    switch (layout.kind()) {
      case BYTES -> {
        for (int d = 0; d < dimension; d++) {
          codes[d] = record[d];
        }
      }
      case NIBBLES -> {
        int half = layout.codeLength();
        for (int d = 0; d < dimension; d++) {
          codes[d] = d < half ? record[d] & 15 : (record[d - half] >>> 4) & 15;
        }
      }
      case BITS -> {
        for (int d = 0; d < dimension; d++) {
          codes[d] = (record[d >> 3] >>> (d & 7)) & 1;
        }
      }
      case HALVES, PLANES -> throw unsupported(layout.kind());
    }
  }

  private static IllegalArgumentException unsupported(Kind kind) {
    return new IllegalArgumentException("expected codes of one size, got " + kind);
  }
}
