/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.util.Arrays;
import java.util.Locale;

/**
 * Figures of searches on one thread, alone or beside a merge.
 *
 * @param searches number of searches
 * @param seconds duration of the searches or of the merge
 * @param latencies how long the searches took
 * @param faults major page faults per search
 * @param readMegabytes megabytes that the process read from disk
 * @param finished whether the merge ended during the phase
 */
record MemoryPhase(
    int searches,
    double seconds,
    Latencies latencies,
    double faults,
    double readMegabytes,
    boolean finished) {

  /**
   * Milliseconds per search.
   *
   * @param p50 the most that half of the searches took
   * @param p95 the most that 95 percent of the searches took
   * @param p99 the most that 99 percent of the searches took
   * @param max the slowest search
   */
  record Latencies(double p50, double p95, double p99, double max) {}

  /**
   * Returns the phase of timed searches.
   *
   * @param nanos nanoseconds of each search
   */
  static MemoryPhase of(long[] nanos, double seconds, long majorFaults, long bytesRead) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new MemoryPhase(
        sorted.length,
        seconds,
        new Latencies(
            quantile(sorted, .5),
            quantile(sorted, .95),
            quantile(sorted, .99),
            quantile(sorted, 1)),
        (double) majorFaults / sorted.length,
        bytesRead / 1e6,
        true);
  }

  /** Returns the same phase beside a merge that took longer. */
  MemoryPhase unfinished() {
    return new MemoryPhase(searches, seconds, latencies, faults, readMegabytes, false);
  }

  /** The quantile in milliseconds. */
  private static double quantile(long[] sorted, double part) {
    return sorted[(int) Math.ceil(part * sorted.length) - 1] / 1e6;
  }

  /** Returns one line, from which {@link #parse} makes the same phase in another process. */
  String line() {
    return String.join(
        " ",
        Integer.toString(searches),
        Double.toString(seconds),
        Double.toString(latencies.p50),
        Double.toString(latencies.p95),
        Double.toString(latencies.p99),
        Double.toString(latencies.max),
        Double.toString(faults),
        Double.toString(readMegabytes),
        Boolean.toString(finished));
  }

  /** Parses a text of {@link #line}. */
  static MemoryPhase parse(String line) {
    String[] words = line.toLowerCase(Locale.ROOT).split(" ");
    if (words.length != 9) {
      throw new IllegalArgumentException("not a phase: " + line);
    }
    double[] numbers = new double[8];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Double.parseDouble(words[i]);
    }
    return new MemoryPhase(
        (int) numbers[0],
        numbers[1],
        new Latencies(numbers[2], numbers[3], numbers[4], numbers[5]),
        numbers[6],
        numbers[7],
        Boolean.parseBoolean(words[8]));
  }
}
