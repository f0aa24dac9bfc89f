/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * One direction of a plot.
 *
 * @param title what is shown, with its unit
 * @param from the value at its start
 * @param to the value at its end, larger
 * @param logarithmic whether equal steps are equal ratios; needs values above 0
 * @param text what stands at a tick
 */
record Axis(
    String title, double from, double to, boolean logarithmic, DoubleFunction<String> text) {

  private static final int TICKS = 6;

  private static final double[] ROUND = {1, 2, 5, 10};

  /** An axis from 0, or from where the values are, that ends at a round number. */
  static Axis linear(String title, double from, double to) {
    double end = to > from ? to : from + 1;
    double step = step(from, end);
    return new Axis(
        title, Math.floor(from / step) * step, Math.ceil(end / step) * step, false, Html::number);
  }

  /** An axis whose values are above 0. */
  static Axis logarithmic(String title, double from, double to) {
    // Room beside the outermost points, also where there is only one.
    return new Axis(title, from / 1.3, to * 1.3, true, Html::number);
  }

  private static double step(double from, double to) {
    double rough = (to - from) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double round : ROUND) {
      if (round * power >= rough) {
        return round * power;
      }
    }
    return 10 * power;
  }

  /** Where a value is: 0 at the start, 1 at the end. */
  double position(double value) {
    double position =
        logarithmic ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
    return Math.clamp(position, 0, 1);
  }

  /** Round values within. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (!logarithmic) {
      double step = step(from, to);
      for (long i = Math.round(Math.ceil(from / step - 1e-9)); i * step <= to + step / 1e6; i++) {
        ticks.add(i * step);
      }
      return ticks;
    }
    double decades = Math.log10(to / from);
    for (int power = (int) Math.floor(Math.log10(from)); power <= Math.log10(to); power++) {
      for (double round : ROUND) {
        double value = round * Math.pow(10, power);
        boolean wanted = round == 1 || round < 10 && decades < 2.5;
        if (wanted && value >= from && value <= to) {
          ticks.add(value);
        }
      }
    }
    return ticks;
  }
}
