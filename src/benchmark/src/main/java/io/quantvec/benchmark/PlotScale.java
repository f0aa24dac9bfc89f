/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * Where values stand on one of a plot's axes.
 *
 * @param low the value at {@code from}
 * @param high the value at {@code to}, larger than {@code low}
 * @param from a coordinate
 * @param to another
 * @param logarithmic whether equal ratios are equally far apart, instead of equal differences
 */
record PlotScale(double low, double high, double from, double to, boolean logarithmic) {

  /** The coordinate of a value. */
  double at(double value) {
    double share =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** An axis of recalls that ends at 1, with a tenth or more of room. */
  static PlotScale ofRecall(double lowest, double from, double to) {
    double low = Math.clamp(Math.floor(lowest * 10) / 10, 0, .9);
    return new PlotScale(low, 1, from, to, false);
  }

  /** A logarithmic axis between numbers of the series 1, 2, 5, 10. */
  static PlotScale ofRates(double lowest, double highest, double from, double to) {
    double low = Math.pow(10, Math.floor(Math.log10(lowest)));
    double high = low;
    for (double step : List.of(2d, 5d)) {
      low = step * high <= lowest ? step * high : low;
    }
    while (high <= highest) {
      high = next(high);
    }
    return new PlotScale(low, high, from, to, true);
  }

  /** The values that get a mark: the series 1, 2, 5, 10, or twentieths. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double tick = low; tick <= high * (1 + 1e-9); tick = next(tick)) {
        ticks.add(tick);
      }
    } else {
      for (long i = Math.round(low * 20); i <= Math.round(high * 20); i++) {
        ticks.add(i / 20d);
      }
    }
    return ticks;
  }

  /** The number behind one of the series 1, 2, 5, 10. */
  private static double next(double number) {
    double power = Math.pow(10, Math.floor(Math.log10(number) + 1e-9));
    long digit = Math.round(number / power);
    return power * (digit == 1 ? 2 : digit == 2 ? 5 : 10);
  }
}
