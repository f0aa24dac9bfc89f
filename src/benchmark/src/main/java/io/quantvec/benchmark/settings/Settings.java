/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** System properties; an empty one counts as unset, as Maven passes what it was not given. */
public final class Settings {

  private Settings() {}

  /** A property's value. */
  public static String text(String name, String fallback) {
    String value = System.getProperty(name, "");
    return value.isBlank() ? fallback : value.trim();
  }

  /** A property's value, a positive whole number. */
  public static int number(String name, int fallback) {
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

  /** Ends the program where no data set is asked for that is there. */
  public static void exitWithNothingToMeasure(Path folder) {
    System.err.println(
        "nothing to measure in \""
            + folder
            + "\": -Dbenchmark.data=FOLDER must hold files NAME.base.f16bin, and the names asked"
            + " for must match");
    System.exit(1);
  }

  /**
   * Writes figures as comma-separated values, if {@code benchmark.csv} names a file for them.
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
