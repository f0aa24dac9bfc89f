/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import io.quantvec.plugin.source.VectorForm;

/**
 * The vector of a document.
 *
 * @param values as they are indexed
 * @param form what it looked like; null if it would look different when it is put back
 */
public record DocumentVector(float[] values, VectorForm form) {

  /**
   * @param given what was read
   * @param string whether it was a string, and no array or object
   * @param values what it means
   */
  static DocumentVector of(GivenVector given, boolean string, float[] values) {
    VectorForm form =
        switch (given) {
          case GivenVector.Floats numbers -> string ? VectorForm.BASE64 : VectorForm.NUMBERS;
          case GivenVector.Codes codes -> VectorForm.INT8_CODES;
          case GivenVector.Bits bits -> VectorForm.BINARY_BYTES;
          case GivenVector.BitText text -> form(text.text(), values);
        };
    return new DocumentVector(values, form);
  }

  /** Digits may be capitals, and bits behind the last byte of base64 may be anything. */
  private static VectorForm form(String text, float[] values) {
    byte[] packed = packed(values);
    String json = "{\"binary\":\"" + text + "\"}";
    if (VectorForm.BINARY_HEX.ofCodes(packed).equals(json)) {
      return VectorForm.BINARY_HEX;
    }
    return VectorForm.BINARY_BASE64.ofCodes(packed).equals(json) ? VectorForm.BINARY_BASE64 : null;
  }

  /** The bits of values of which the positive ones are set, in the order that documents have. */
  private static byte[] packed(float[] values) {
    byte[] packed = new byte[values.length / Byte.SIZE];
    for (int d = 0; d < values.length; d++) {
      int bit = values[d] > 0 ? 1 : 0;
      packed[d / Byte.SIZE] |= (byte) (bit << Byte.SIZE - 1 - d % Byte.SIZE);
    }
    return packed;
  }
}
