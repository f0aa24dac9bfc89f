/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to coordinates on one axis of a plot.
 *
 * @param kind how values are spread
 * @param low the value at {@code from}
 * @param high the value at {@code to}, larger than {@code low}
 * @param from the coordinate of {@code low}
 * @param to the coordinate of {@code high}
 */
record PlotScale(Kind kind, double low, double high, double from, double to) {

  /**
   * The end of an axis of recalls. Larger values are drawn there, because 1 would be infinitely
   * far.
   */
  private static final double MOST_RECALL = .999;

  /** Recalls that get a mark. */
  private static final List<Double> RECALLS =
      List.of(0d, .3, .5, .6, .7, .8, .9, .95, .98, .99, .995, .998, MOST_RECALL);

  /** How values are spread. */
  enum Kind {
    /**
     * By the logarithm of the missing recall, because half the misses are as hard to reach
     * anywhere.
     */
    RECALL,
    /** By the logarithm of the value. */
    RATE
  }

  /** Returns the coordinate of a value. */
  double at(double value) {
    double share = (spread(value) - spread(low)) / (spread(high) - spread(low));
    return from + share * (to - from);
  }

  private double spread(double value) {
    return kind == Kind.RATE ? Math.log(value) : -Math.log(1 - Math.min(value, MOST_RECALL));
  }

  /** The axis of recalls that begins at a mark. */
  static PlotScale ofRecall(double lowest, double from, double to) {
    double low = 0;
    for (double mark : RECALLS) {
      low = mark <= Math.min(lowest, .9) ? mark : low;
    }
    return new PlotScale(Kind.RECALL, low, MOST_RECALL, from, to);
  }

  /** The axis between numbers of the series 1, 2, 5, 10. */
  static PlotScale ofRates(double lowest, double highest, double from, double to) {
    double low = Math.pow(10, Math.floor(Math.log10(lowest)));
    while (next(low) <= lowest) {
      low = next(low);
    }
    double high = next(low);
    while (high < highest) {
      high = next(high);
    }
    return new PlotScale(Kind.RATE, low, high, from, to);
  }

  /** Returns the values that get a mark, rising. */
  List<Double> ticks() {
    if (kind == Kind.RECALL) {
      return RECALLS.stream().filter(mark -> mark >= low).toList();
    }
    List<Double> ticks = new ArrayList<>();
    for (double tick = low; tick <= high * (1 + 1e-9); tick = next(tick)) {
      ticks.add(tick);
    }
    return ticks;
  }

  /** Returns the next number of the series 1, 2, 5, 10. */
  private static double next(double number) {
    double power = Math.pow(10, Math.floor(Math.log10(number) + 1e-9));
    long digit = Math.round(number / power);
    return power * (digit == 1 ? 2 : digit == 2 ? 5 : 10);
  }
}
