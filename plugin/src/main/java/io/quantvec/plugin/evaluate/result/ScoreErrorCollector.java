/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import java.util.SplittableRandom;

/**
 * Collects the errors of estimated scores. It keeps a random sample of very many errors for the
 * percentiles and the histogram.
 */
public final class ScoreErrorCollector {

  /** Errors that are kept; the 99th percentile of so many is stable to some per cent. */
  private static final int KEPT = 1 << 16;

  private static final int BINS = 20;

  private final SplittableRandom random;
  private final double[] kept = new double[KEPT];
  private long count;
  private double sum;
  private double squares;

  public ScoreErrorCollector(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /**
   * One of a true neighbor.
   *
   * @param estimate the score that its code gives
   * @param exact the score that its rerank copy gives
   */
  public void add(double estimate, double exact) {
    double error = estimate - exact;
    count++;
    sum += error;
    squares += error * error;
    if (count <= KEPT) {
      kept[(int) count - 1] = error;
    } else {
      long place = random.nextLong(count);
      if (place < KEPT) {
        kept[(int) place] = error;
      }
    }
  }

  /** Null if there are none. */
  public NeighborScoreErrors summary() {
    if (count == 0) {
      return null;
    }
    int n = (int) Math.min(count, KEPT);
    double[] sizes = new double[n];
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      sizes[i] = Math.abs(kept[i]);
      least = Math.min(least, kept[i]);
      most = Math.max(most, kept[i]);
    }
    long[] bins = new long[BINS];
    for (int i = 0; i < n; i++) {
      double place = most > least ? (kept[i] - least) / (most - least) * BINS : 0;
      bins[Math.min(BINS - 1, (int) place)]++;
    }
    return new NeighborScoreErrors(
        count,
        Math.sqrt(squares / count),
        sum / count,
        new Percentiles(sizes).at(99),
        new NeighborScoreErrors.Histogram(least, most, bins));
  }
}
