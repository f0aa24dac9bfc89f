/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;

/**
 * How a vector was written in its document and is written again: everything but the spelling of its
 * numbers.
 *
 * <p>Index files contain the wire numbers, which therefore never change.
 */
public enum VectorForm {
  /** An array of numbers, each with a fraction: 1.0. */
  NUMBERS(0, false),
  /**
   * An array of numbers, in which a float that is a whole number below 2^24 has no fraction: 1.
   * Only read: version 0 wrote it, which did not note the kind of each number.
   */
  BARE_NUMBERS(1, false),
  /** A string, base64 of little-endian 32 bit floats. */
  BASE64(2, false),
  /** An object whose {@code int8} is an array of codes. */
  INT8_CODES(3, true),
  /** An object whose {@code binary} is an array of signed bytes. */
  BINARY_BYTES(4, true),
  /** An object whose {@code binary} is a string of lower case hexadecimal digits. */
  BINARY_HEX(5, true),
  /** An object whose {@code binary} is a string, padded base64. */
  BINARY_BASE64(6, true),
  /** An array of numbers, none with a fraction: 1. */
  WHOLE_NUMBERS(7, false),
  /** An array of numbers, some of which have a fraction; {@link NumberKinds} tell which. */
  MIXED_NUMBERS(8, false);

  /** From here on, several whole numbers are the same float. */
  private static final float FIRST_UNSURE_WHOLE_NUMBER = 1 << 24;

  private final int wireNumber;
  private final boolean codes;

  VectorForm(int wireNumber, boolean codes) {
    this.wireNumber = wireNumber;
    this.codes = codes;
  }

  /** The number of this form in index files. */
  int wireNumber() {
    return wireNumber;
  }

  /** Whether the document has codes, which {@link #ofCodes} writes, and not numbers. */
  public boolean isOfCodes() {
    return codes;
  }

  /**
   * The JSON text of a vector.
   *
   * @param vector finite numbers
   * @throws IllegalStateException if this form is one of codes, or needs {@link NumberKinds}
   */
  public String ofNumbers(float[] vector) {
    return switch (this) {
      case NUMBERS -> NumberText.array(vector, d -> false);
      case BARE_NUMBERS -> NumberText.array(vector, d -> isBare(vector[d]));
      case WHOLE_NUMBERS -> NumberText.array(vector, d -> true);
      case BASE64 -> {
        ByteBuffer bytes =
            ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        yield '"' + Base64.getEncoder().encodeToString(bytes.array()) + '"';
      }
      default -> throw new IllegalStateException(this + " does not say how to write numbers");
    };
  }

  /**
   * The JSON text of a vector that arrived as codes.
   *
   * @param codes signed bytes, one for each dimension or one for eight of them
   * @throws IllegalStateException if this form is one of numbers
   */
  public String ofCodes(byte[] codes) {
    return switch (this) {
      case INT8_CODES -> "{\"int8\":" + array(codes) + '}';
      case BINARY_BYTES -> "{\"binary\":" + array(codes) + '}';
      case BINARY_HEX -> "{\"binary\":\"" + HexFormat.of().formatHex(codes) + "\"}";
      case BINARY_BASE64 -> "{\"binary\":\"" + Base64.getEncoder().encodeToString(codes) + "\"}";
      default -> throw new IllegalStateException(this + " is no form of codes");
    };
  }

  private static boolean isBare(float value) {
    return (int) value == value
        && Math.abs(value) < FIRST_UNSURE_WHOLE_NUMBER
        && !NumberText.isMinusZero(value);
  }

  private static String array(byte[] codes) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < codes.length; i++) {
      text.append(i == 0 ? "" : ",").append(codes[i]);
    }
    return text.append(']').toString();
  }

  /**
   * The form of a wire number.
   *
   * @throws IllegalArgumentException if no form has that number
   */
  static VectorForm fromWireNumber(int wireNumber) {
    for (VectorForm form : values()) {
      if (form.wireNumber == wireNumber) {
        return form;
      }
    }
    throw new IllegalArgumentException("unknown wire number of a vector's form: " + wireNumber);
  }
}
