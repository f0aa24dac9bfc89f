/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The options of the command line.
 *
 * @param docs number of indexed definitions ({@code -Ddemo.docs})
 * @param queries number of other definitions that are searched ({@code -Ddemo.queries})
 * @param cache the folder that keeps embeddings between runs ({@code -Ddemo.cache})
 */
public record DemoOptions(int docs, int queries, Path cache) {

  /** Reads the system properties of the demo. Unset or empty properties take their defaults. */
  public static DemoOptions fromSystemProperties() {
    return new DemoOptions(
        number("demo.docs", 10_000, 100), number("demo.queries", 300, 1), cacheFolder());
  }

  private static int number(String property, int defaultValue, int min) {
    String value = System.getProperty(property, "").strip();
    if (value.isEmpty()) {
      return defaultValue;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The check below reports this, too.
    }
    throw new DemoFailure(
        "-D" + property + " takes a whole number from " + min + " up, got [" + value + "]");
  }

  private static Path cacheFolder() {
    String value = System.getProperty("demo.cache", "").strip();
    try {
      if (!value.isEmpty()) {
        return Path.of(value).toAbsolutePath();
      }
      String userCaches = System.getenv("XDG_CACHE_HOME");
      Path parent =
          userCaches == null || userCaches.isEmpty()
              ? Path.of(System.getProperty("user.home"), ".cache")
              : Path.of(userCaches);
      return parent.resolve("quantvec").resolve("demo").toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new DemoFailure("-Ddemo.cache takes a folder, got [" + e.getInput() + "]", e);
    }
  }
}
