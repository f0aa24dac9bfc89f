/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

/**
 * How many of a search's best candidates are scored again against the finer copy where the search
 * does not say: as many as the codes make worthwhile.
 */
public final class DefaultRescoring {

  /** However small k is, so many are taken: also the k-NN plugin's number. */
  public static final int MIN_CANDIDATES = 100;

  /** More than this are never rescored, unless k itself is larger. */
  public static final int MAX_CANDIDATES = 10_000;

  /**
   * A code of so many bits in all is rescored with the budget's factor, a shorter one with more.
   */
  private static final double ENOUGH_BITS = 384;

  /** What a factor is multiplied with at most: beyond that it is the graph that misses most. */
  private static final double MAX_SCARCITY = 4;

  private DefaultRescoring() {}

  /**
   * Candidates that are rescored if a search says nothing.
   *
   * @param config how the codes were made
   * @param dimension of the vectors
   * @param exact whether the codes' scores are no estimates, because vectors and query are codes
   * @param k hits that are wanted
   * @return at least k, or 0 for no rescoring
   */
  public static int candidates(QuantizationConfig config, int dimension, boolean exact, int k) {
    return factor(config, exact) == 1 ? 0 : candidatesIfAny(config, dimension, exact, k);
  }

  /**
   * Candidates that are rescored if a search wants rescoring, and says nothing more. Short codes
   * say less, so more candidates are rescored. Of 100 dimensions at one bit, with 100 candidates
   * .80 of ten were found, with four times as many .94; of 384 dimensions .98 with 100.
   *
   * @param config how the codes were made
   * @param dimension of the vectors
   * @param exact whether the codes' scores are no estimates, because vectors and query are codes
   * @param k hits that are wanted
   * @return at least k
   */
  public static int candidatesIfAny(
      QuantizationConfig config, int dimension, boolean exact, int k) {
    double factor = factor(config, exact);
    double scarcity = factor == 1 ? 1 : ENOUGH_BITS / (bits(config) * dimension);
    double times = Math.clamp(scarcity, 1, MAX_SCARCITY);
    return capped(k, factor * times, (int) Math.ceil(MIN_CANDIDATES * times));
  }

  /**
   * Candidates of a factor, up to {@link #MAX_CANDIDATES}.
   *
   * @param factor candidates for each of the k hits, at least 1
   * @param atLeast what the factor does not go below
   * @return at least k
   */
  public static int capped(int k, double factor, int atLeast) {
    int candidates = (int) Math.ceil(k * factor);
    return Math.max(k, Math.min(MAX_CANDIDATES, Math.max(candidates, atLeast)));
  }

  /**
   * Codes of 8 and more bits order the neighbours well enough by themselves, and codes without a
   * finer copy as well as can be. Bits that vectors arrived as do not where the query is numbers,
   * for it is rounded to be scored against them.
   */
  private static double factor(QuantizationConfig config, boolean exact) {
    boolean finest =
        config.storedCopy() == RerankPrecision.NONE && !config.calibration().isLossless();
    if (exact || bits(config) >= 8 || finest) {
      return 1;
    }
    return bits(config) > 2 ? 2 : 3;
  }

  /** A budget that was not chosen yet may become the smallest. */
  private static double bits(QuantizationConfig config) {
    return Double.isNaN(config.bits()) ? QuantizationConfig.MIN_BITS : config.bits();
  }
}
