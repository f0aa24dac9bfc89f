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
 * @param seconds for one data set in all; infinite if everything is measured
 * @param vectors to take of a data set, at most
 * @param queries to take of a data set, at most
 * @param efs candidates that a search keeps, rising
 * @param rounds timed ones, at most
 * @param writesSeconds for each row under writes
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

  /** Rounds that are run even if time is short, as fewer have no median to speak of. */
  static final int LEAST_ROUNDS = 3;

  /** Part of a data set's time after which no further index is begun. */
  public static final double BUILD_SHARE = 0.65;

  /** Part of a data set's time after which no further round is begun. */
  static final double ROUND_SHARE = 0.85;

  /** What starting, compiling and reading data leave of the time. */
  private static final double USABLE = 0.9;

  /** Twice as dense as a short run's, and so far that binary codes of hard data reach .99. */
  private static final List<Integer> EFS =
      List.of(10, 15, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480, 640);

  /** Reduced so that a round of all rows takes about ten seconds. */
  private static final List<Integer> SHORT_EFS = List.of(10, 20, 40, 80, 160, 320);

  /** A recall of .95 has a standard error of .003 with so many. */
  private static final int SHORT_QUERIES = 500;

  /** Of nine, the median is still good if others use the machine during four. */
  private static final int ROUNDS = 9;

  /** Five are what a short run has time for. */
  private static final int SHORT_ROUNDS = 5;

  /** A hundred refreshes. */
  private static final double WRITES_SECONDS = 10;

  /** Twenty refreshes. */
  private static final double SHORT_WRITES_SECONDS = 2;

  /**
   * Seconds that a row indexes and merges a vector in, before those a dimension: half as many again
   * as two cores of a server need for the slower rows, as others may use them too. They are not
   * measured anew, so that all runs of one length measure the same vectors.
   */
  private static final double SECONDS_A_VECTOR = 3e-4;

  private static final double SECONDS_A_DIMENSION = 1.3e-6;

  /** A plan that measures everything. */
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
   * A plan for a time.
   *
   * @param minutes for all data sets
   * @param sets number of data sets
   * @param dimension of this one
   */
  static SearchPlan within(double minutes, int sets, int dimension) {
    double seconds = minutes * 60 * USABLE / sets;
    double build = SECONDS_A_VECTOR + SECONDS_A_DIMENSION * dimension;
    double vectors = seconds * BUILD_SHARE / Contenders.SHORT_LIST.size() / build;
    // Round numbers, so that two machines of one kind measure the same.
    int rounded = Math.max(1, (int) (vectors / 1_000)) * 1_000;
    // Half of what the rounds leave; the other half is for the threads on all cores.
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
   * What {@code benchmark.minutes} says.
   *
   * @param minutes a number; 0 or {@code all} for no limit
   */
  public static SearchPlan of(String minutes, int sets, int dimension) {
    if (minutes.toLowerCase(Locale.ROOT).equals("all")) {
      return everything();
    }
    double number = Double.parseDouble(minutes);
    if (!(number >= 0)) {
      throw new IllegalArgumentException("benchmark.minutes must not be negative: " + minutes);
    }
    return number == 0 ? everything() : within(number, sets, dimension);
  }

  /** Whether a row belongs to this run. */
  public boolean includes(String row) {
    return complete || Contenders.SHORT_LIST.contains(row);
  }
}
