/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

/** System properties; an empty one counts as unset, as Maven passes what it was not given. */
final class Settings {

  private Settings() {}

  /** A property's value. */
  static String text(String name, String fallback) {
    String value = System.getProperty(name, "");
    return value.isBlank() ? fallback : value.trim();
  }

  /** A property's value, a positive whole number. */
  static int number(String name, int fallback) {
    String value = text(name, "");
    if (value.isEmpty()) {
      return fallback;
    }
    int number = Integer.parseInt(value);
    if (number < 1) {
      throw new IllegalArgumentException(name + " must be positive but is " + value);
    }
    return number;
  }
}
