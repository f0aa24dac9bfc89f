/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import java.util.Arrays;

/** Values in order. */
public final class Percentiles {

  private final double[] sorted;

  /**
   * @param values in any order; not changed
   */
  public Percentiles(double[] values) {
    this.sorted = values.clone();
    Arrays.sort(sorted);
  }

  /**
   * The value that so many per cent of all are not above, between two values a part of each.
   *
   * @param percent 0 to 100
   * @return NaN if there are no values
   */
  public double at(double percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = percent / 100 * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
