/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * System properties. An empty property counts as unset, because Maven passes unset properties as
 * empty text.
 */
public final class Settings {

  private Settings() {}

  /** Returns the value of a property, or the fallback. */
  public static String text(String name, String fallback) {
    String value = System.getProperty(name, "");
    return value.isBlank() ? fallback : value.trim();
  }

  /** Returns the value of a property as a positive integer, or the fallback. */
  public static int number(String name, int fallback) {
    String value = text(name, "");
    if (value.isEmpty()) {
      return fallback;
    }
    int number = Integer.parseInt(value);
    if (number < 1) {
      throw new IllegalArgumentException("[" + name + "] must be positive, got [" + value + "]");
    }
    return number;
  }

  /**
   * Returns whether a regular expression matches a part of a name.
   *
   * @param expression empty for any name
   */
  public static boolean finds(String expression, String name) {
    return expression.isEmpty() || Pattern.compile(expression).matcher(name).find();
  }

  /** Ends the program with a message, because no data set matches. */
  public static void exitWithNothingToMeasure(Path folder) {
    System.err.println(
        "nothing to measure in \""
            + folder
            + "\": -Dbenchmark.data=FOLDER must hold files NAME.base.f16bin, and -Dbenchmark.sets"
            + " and -Dbenchmark.formats must match names");
    System.exit(1);
  }

  /**
   * Writes figures as comma-separated values if {@code benchmark.csv} names a file.
   *
   * @param lines headings and rows
   */
  public static void writeCsv(List<String> lines) throws IOException {
    String name = text("benchmark.csv", "");
    if (!name.isEmpty()) {
      Path file = Path.of(name).toAbsolutePath();
      Files.createDirectories(file.getParent());
      Files.write(file, lines);
    }
  }
}
