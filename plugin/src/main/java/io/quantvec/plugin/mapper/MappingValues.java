/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

/** Reads values of mapping parameters without the platform's lenience. */
final class MappingValues {

  private MappingValues() {}

  /**
   * A whole number; the platform's own conversion would cut {@code 3.7} down to 3.
   *
   * @throws IllegalArgumentException if the value is no whole number of the range
   */
  static int intInRange(String name, Object value, int min, int max) {
    double number = number(value);
    if (number != Math.rint(number) || !(number >= min && number <= max)) {
      throw new IllegalArgumentException(
          "["
              + name
              + "] must be a whole number between "
              + min
              + " and "
              + max
              + ", got ["
              + value
              + "]");
    }
    return (int) number;
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException if the value is no number of the range
   */
  static double numberInRange(String name, Object value, double min, double max) {
    double number = number(value);
    if (!(number >= min && number <= max)) {
      throw new IllegalArgumentException(
          "[" + name + "] must be between " + min + " and " + max + ", got [" + value + "]");
    }
    return number;
  }

  /** NaN if it is none. */
  private static double number(Object value) {
    try {
      return value instanceof Number n ? n.doubleValue() : Double.parseDouble(value + "");
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * A text.
   *
   * @throws IllegalArgumentException if the value is something else
   */
  static String string(String name, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("[" + name + "] must be a string, got [" + value + "]");
  }
}
