/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.source;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.IntPredicate;

/** Writes floats as JSON text that parsers read as the same float and the same kind of number. */
final class NumberText {

  private static final int TYPICAL_LENGTH = 13;

  /**
   * Whole numbers of up to so many characters are Java ints, and so are the floats next to them.
   */
  static final int MAX_INT_CHARACTERS = 9;

  /** From here on a float may have no equal among longs: 2^63. */
  private static final float FIRST_BEYOND_LONG = 0x1p63f;

  private NumberText() {}

  /**
   * An array.
   *
   * @param vector finite numbers
   * @param whole whether the number at an index is to be written as a whole number
   */
  static String array(float[] vector, IntPredicate whole) {
    StringBuilder text = new StringBuilder(vector.length * TYPICAL_LENGTH).append('[');
    for (int d = 0; d < vector.length; d++) {
      if (d > 0) {
        text.append(',');
      }
      if (!whole.test(d)) {
        // Always with a point, and with the fewest digits that identify the float.
        text.append(vector[d]);
      } else if (Math.abs(vector[d]) < FIRST_BEYOND_LONG) {
        text.append((long) Math.rint(vector[d]));
      } else {
        text.append(integer(vector[d]));
      }
    }
    return text.append(']').toString();
  }

  /** All digits of a float, because parsers read an exponent as a fraction. */
  private static BigInteger integer(float value) {
    return new BigDecimal(value).toBigInteger();
  }

  /** Whether all digits of a float without a fraction are the same float. */
  static boolean isWhole(float value) {
    return value == Math.rint(value) && !isMinusZero(value);
  }

  /**
   * Whether a whole number that is put back as all digits of its float is read as the same Java
   * type: an int, a long or a BigInteger. Up to {@value #MAX_INT_CHARACTERS} characters it is.
   *
   * @param text the number as it was sent: digits, with or without a minus
   * @param value the float that a parser read
   */
  static boolean keepsType(String text, float value) {
    try {
      return javaBits(new BigInteger(text)) == javaBits(integer(value));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static int javaBits(BigInteger number) {
    int bits = number.bitLength();
    if (bits < Integer.SIZE) {
      return Integer.SIZE;
    }
    return bits < Long.SIZE ? Long.SIZE : Integer.MAX_VALUE;
  }

  /** Without its fraction it would be read as a whole number, which has no such zero. */
  static boolean isMinusZero(float value) {
    return Float.floatToRawIntBits(value) == Integer.MIN_VALUE;
  }
}
