/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import java.util.Collection;
import java.util.Map;

/** Reads values of mapping parameters more strictly than the platform does. */
public final class MappingValues {

  /** Of an array of a thousand numbers the first few say which it is. */
  private static final int SHOWN_CHARACTERS = 60;

  private MappingValues() {}

  /**
   * A whole number; the platform's own conversion would cut {@code 3.7} down to 3.
   *
   * @throws IllegalArgumentException if the value is no whole number of the range
   */
  public static int intInRange(String name, Object value, int min, int max) {
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
              + shown(value)
              + "]");
    }
    return (int) number;
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException if the value is no number of the range
   */
  public static double numberInRange(String name, Object value, double min, double max) {
    double number = number(value);
    if (!(number >= min && number <= max)) {
      throw new IllegalArgumentException(
          "[" + name + "] must be between " + min + " and " + max + ", got [" + shown(value) + "]");
    }
    return number;
  }

  /**
   * A number that a 32 bit float can hold.
   *
   * @param place where in the parameter it stands, for the error message; may be empty
   * @throws IllegalArgumentException if the value is none
   */
  public static double finiteFloat(String name, Object value, String place) {
    double number = number(value);
    if (!Float.isFinite((float) number)) {
      throw new IllegalArgumentException(
          "[" + name + "] must be a finite number, got [" + shown(value) + "]" + place);
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
  public static String string(String name, Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(
        "[" + name + "] must be a string, got [" + shown(value) + "]");
  }

  /**
   * True or false, as it is or as a text.
   *
   * @throws IllegalArgumentException if the value is something else
   */
  public static boolean bool(String name, Object value) {
    return switch (value.toString()) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "[" + name + "] must be true or false, got [" + shown(value) + "]");
    };
  }

  /**
   * An object.
   *
   * @throws IllegalArgumentException if the value is something else
   */
  public static Map<?, ?> object(String name, Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(
        "[" + name + "] must be an object, got [" + shown(value) + "]");
  }

  /**
   * Checks the keys of an object.
   *
   * @throws IllegalArgumentException if one is unknown
   */
  public static void refuseUnknown(String name, Map<?, ?> object, Collection<String> known) {
    for (Object key : object.keySet()) {
      if (!known.contains(key.toString())) {
        throw new IllegalArgumentException(
            "unknown parameter [" + key + "] in [" + name + "], expected " + known);
      }
    }
  }

  /** A value as an error message has it. */
  public static String shown(Object value) {
    String text = String.valueOf(value);
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...";
  }
}
