/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import io.quantvec.benchmark.contender.Contenders;
import java.util.List;
import java.util.Locale;

/**
 * How much a run measures.
 *
 * @param seconds for one data set in all; infinite to measure everything
 * @param vectors the largest number of vectors to take from a data set
 * @param queries the largest number of queries to take from a data set
 * @param efs candidates that a search keeps, rising
 * @param rounds the largest number of timed rounds
 * @param writesSeconds seconds of searches beside writes, for each row
 * @param complete whether all rows are measured, or only {@link Contenders#SHORT_LIST}
 */
public record SearchPlan(
    double seconds,
    int vectors,
    int queries,
    List<Integer> efs,
    int rounds,
    double writesSeconds,
    boolean complete) {

  /** Rounds that run even if time is short, because fewer have no useful median. */
  static final int LEAST_ROUNDS = 3;

  /** Share of a data set's time after which the run starts no further index. */
  public static final double BUILD_SHARE = 0.65;

  /** Share of a data set's time after which the run starts no further round. */
  static final double ROUND_SHARE = 0.85;

  /** Share of the time that remains after starting, compiling and reading data. */
  private static final double USABLE = 0.9;

  /** Twice as dense as in a short run, and far enough that binary codes of hard data reach .99. */
  private static final List<Integer> EFS =
      List.of(10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640);

  /** Few enough that a round of all rows takes about ten seconds. */
  private static final List<Integer> SHORT_EFS = List.of(10, 20, 40, 80, 160, 320);

  /** With this number a recall of .95 has a standard error of .003. */
  private static final int SHORT_QUERIES = 500;

  /** The median of nine is still good if other processes use the machine during four rounds. */
  private static final int ROUNDS = 9;

  /** A short run has time for five. */
  private static final int SHORT_ROUNDS = 5;

  /** A hundred refreshes. */
  private static final double WRITES_SECONDS = 10;

  /** Twenty refreshes. */
  private static final double SHORT_WRITES_SECONDS = 2;

  /**
   * Seconds per vector to index and merge, without the part that grows with the dimension: half
   * more than two cores of a server need for the slower rows, because others may use the cores,
   * too. The run does not measure them itself, so that all runs of one length measure the same
   * vectors.
   */
  private static final double SECONDS_PER_VECTOR = 3e-4;

  private static final double SECONDS_PER_DIMENSION = 1.3e-6;

  /** The plan that measures everything. */
  static SearchPlan everything() {
    return new SearchPlan(
        Double.POSITIVE_INFINITY,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        EFS,
        ROUNDS,
        WRITES_SECONDS,
        true);
  }

  /**
   * The plan for a time.
   *
   * @param minutes for all data sets
   * @param sets number of data sets
   * @param dimension of this data set
   */
  static SearchPlan within(double minutes, int sets, int dimension) {
    double seconds = minutes * 60 * USABLE / sets;
    double build = SECONDS_PER_VECTOR + SECONDS_PER_DIMENSION * dimension;
    double vectors = seconds * BUILD_SHARE / Contenders.SHORT_LIST.size() / build;
    // Rounded, so that two machines of one kind measure the same vectors.
    int rounded = Math.max(1, (int) (vectors / 1_000)) * 1_000;
    // Half of the time that the rounds leave. Searches on all cores take the other half.
    double writes = seconds * (1 - ROUND_SHARE) / 2 / Contenders.SHORT_LIST.size();
    return new SearchPlan(
        seconds,
        rounded,
        SHORT_QUERIES,
        SHORT_EFS,
        SHORT_ROUNDS,
        Math.min(writes, SHORT_WRITES_SECONDS),
        false);
  }

  /**
   * Returns the plan for the value of {@code benchmark.minutes}.
   *
   * @param minutes a number; 0 or {@code all} for no limit
   */
  public static SearchPlan of(String minutes, int sets, int dimension) {
    if (minutes.toLowerCase(Locale.ROOT).equals("all")) {
      return everything();
    }
    double number = Double.parseDouble(minutes);
    if (!(number >= 0)) {
      throw new IllegalArgumentException(
          "[benchmark.minutes] must not be negative, got [" + minutes + "]");
    }
    return number == 0 ? everything() : within(number, sets, dimension);
  }

  /** Returns whether the run measures a row. */
  public boolean includes(String row) {
    return complete || Contenders.SHORT_LIST.contains(row);
  }
}
