/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * The clipping range with the smallest Kullback-Leibler divergence between the distribution of
 * values and the distribution of their codes (Migacz, "8-bit Inference with TensorRT", 2017; ONNX
 * Runtime's entropy calibrator).
 */
final class EntropyRange {

  /**
   * Number of bins in the histogram of magnitudes. TensorRT uses 2,048 for millions of values;
   * samples here are smaller.
   */
  private static final int BINS = 1024;

  /** Every eighth range is tried, because the divergence hardly changes between adjacent ranges. */
  private static final int STRIDE = 8;

  /** Count of an empty bin whose probability must not be 0, as in ONNX Runtime. */
  private static final double EMPTY = 1e-4;

  private EntropyRange() {}

  /** Chooses the range of a column; see {@link ClippingRange#of}. */
  static float of(float[] column, int bits) {
    float max = 0;
    for (float v : column) {
      max = Math.max(max, Math.abs(v));
    }
    if (max == 0) {
      return 0;
    }
    int[] histogram = new int[BINS];
    for (float v : column) {
      histogram[Math.min(BINS - 1, (int) ((double) Math.abs(v) / max * BINS))]++;
    }
    return (float) ((double) max * new Prefixes(histogram, 1 << bits - 1).bestBins() / BINS);
  }

  /** Prefix sums over the bins, so that a range costs one logarithm per level. */
  private static final class Prefixes {

    private final int[] histogram;

    /** Number of magnitudes that a code distinguishes. */
    private final int levels;

    private final int[] values = new int[BINS + 1];
    private final int[] usedBins = new int[BINS + 1];
    private final double[] information = new double[BINS + 1];

    Prefixes(int[] histogram, int levels) {
      this.histogram = histogram;
      this.levels = levels;
      for (int i = 0; i < BINS; i++) {
        values[i + 1] = values[i] + histogram[i];
        usedBins[i + 1] = usedBins[i] + (histogram[i] > 0 ? 1 : 0);
        information[i + 1] = information[i] + timesLog(histogram[i]);
      }
    }

    int bestBins() {
      int best = BINS;
      double least = Double.POSITIVE_INFINITY;
      for (int bins = Math.max(levels, STRIDE); bins <= BINS; bins += STRIDE) {
        double divergence = divergence(bins);
        // Of equally good ranges the widest, because it clips least.
        if (divergence <= least) {
          least = divergence;
          best = bins;
        }
      }
      return best;
    }

    /**
     * The divergence of the codes' distribution q from the values' distribution p over the bins
     * within the range: the sum of p log(p / q). Clipped values count in the last bin of p but not
     * in q, which is the cost of clipping.
     */
    private double divergence(int bins) {
      int inside = values[bins];
      if (inside == 0) {
        return Double.POSITIVE_INFINITY;
      }
      int total = values[BINS];
      int last = histogram[bins - 1];
      int atLast = last + total - inside;
      double ownInformation = information[bins - 1] + timesLog(atLast);
      double codedInformation = 0;
      for (int level = 0; level < levels; level++) {
        int from = level * bins / levels;
        int to = (level + 1) * bins / levels;
        int count = values[to] - values[from];
        int used = usedBins[to] - usedBins[from];
        if (used > 0) {
          // A code distributes its values evenly over its bins that are not empty.
          double even = (double) count / used;
          int clipped = level == levels - 1 && last > 0 ? total - inside : 0;
          codedInformation += (count + clipped) * StrictMath.log(even);
        }
      }
      if (last == 0) {
        codedInformation += atLast * StrictMath.log(EMPTY);
      }
      return (ownInformation - codedInformation) / total + StrictMath.log((double) inside / total);
    }

    private static double timesLog(int count) {
      return count > 0 ? count * StrictMath.log(count) : 0;
    }
  }
}
