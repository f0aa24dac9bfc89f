/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.cold;

import java.util.Arrays;

/**
 * How fast a fresh process searched, by one clock.
 *
 * @param perSecond searches in each whole second
 * @param steady searches per second in the last quarter of the time
 * @param secondsToSteady seconds until the first second starts whose searches reach {@link #SHARE}
 *     of the steady rate
 * @param slowestMillis the slowest search after the first {@link #FIRST}
 */
record ColdResult(int[] perSecond, double steady, double secondsToSteady, double slowestMillis) {

  /** The share of the steady rate at which a process counts as warm. */
  static final double SHARE = .8;

  /** Searches that do not count as slowest, because they load classes. */
  static final int FIRST = 10;

  /** Steps of the search for the first fast second. */
  private static final double STEP_SECONDS = .1;

  /**
   * Summarizes a run.
   *
   * @param ends the time at which each search ended, in nanoseconds since the start of the first
   *     one, rising
   */
  static ColdResult of(long[] ends) {
    double seconds = ends[ends.length - 1] / 1e9;
    int[] perSecond = new int[(int) seconds];
    for (int s = 0; s < perSecond.length; s++) {
      perSecond[s] = between(ends, s, s + 1);
    }
    double steady = between(ends, seconds * .75, seconds) / (seconds * .25);
    double warm = 0;
    while (warm + 1 < seconds && between(ends, warm, warm + 1) < SHARE * steady) {
      warm += STEP_SECONDS;
    }
    long slowest = 0;
    for (int i = FIRST; i < ends.length; i++) {
      slowest = Math.max(slowest, ends[i] - ends[i - 1]);
    }
    return new ColdResult(perSecond, steady, warm, slowest / 1e6);
  }

  private static int between(long[] ends, double from, double to) {
    return place(ends, to) - place(ends, from);
  }

  private static int place(long[] ends, double seconds) {
    int place = Arrays.binarySearch(ends, (long) (seconds * 1e9));
    return place < 0 ? -place - 1 : place;
  }
}
