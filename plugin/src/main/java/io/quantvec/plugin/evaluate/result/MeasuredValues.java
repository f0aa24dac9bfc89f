/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import java.util.Arrays;

/** Measured values of one quantity, with their mean and standard error. */
public final class MeasuredValues {

  private double[] values = new double[64];
  private int count;

  public void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  public int count() {
    return count;
  }

  double[] toArray() {
    return Arrays.copyOf(values, count);
  }

  /** NaN if there are none. */
  public double mean() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum / count;
  }

  /** How far the mean of as many others may be from this one; NaN of fewer than two. */
  public double standardError() {
    double mean = mean();
    double squares = 0;
    for (int i = 0; i < count; i++) {
      squares += (values[i] - mean) * (values[i] - mean);
    }
    return count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1) / count);
  }
}
