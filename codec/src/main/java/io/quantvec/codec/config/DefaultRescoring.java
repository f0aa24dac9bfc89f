/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

/**
 * The default number of candidates that a search rescores against the rerank copy. The number
 * depends on how many bits the codes have.
 */
public final class DefaultRescoring {

  /** Minimum number of candidates for any k. OpenSearch's k-NN plugin has the same minimum. */
  public static final int MIN_CANDIDATES = 100;

  /** Maximum number of candidates, unless k is larger. It bounds the cost of a search. */
  public static final int MAX_CANDIDATES = 10_000;

  /**
   * Codes of at least this many bits in total are rescored with the factor of their budget, shorter
   * codes with a larger one: at 1 bit per dimension, 100 candidates found 0.98 of the ten nearest
   * vectors for 384 dimensions but 0.80 for 100 dimensions.
   */
  private static final double ENOUGH_BITS = 384;

  /**
   * Maximum multiplier of a factor. Beyond it, most missed neighbors are missed by the graph and
   * not by the codes.
   */
  private static final double MAX_SCARCITY = 4;

  private DefaultRescoring() {}

  /**
   * The number of candidates that a search rescores by default.
   *
   * @param config how the codes were made
   * @param dimension dimension of the vectors
   * @param exact whether scores by codes are exact, because vectors and query arrive as codes
   * @param k number of hits to return
   * @return at least k, or 0 for no rescoring
   */
  public static int candidates(QuantizationConfig config, int dimension, boolean exact, int k) {
    return factor(config, exact) == 1 ? 0 : candidatesIfAny(config, dimension, exact, k);
  }

  /**
   * The number of candidates that a search rescores if it asks for rescoring without giving a
   * number. Shorter codes are less precise and need more candidates. At 1 bit per dimension and 100
   * dimensions, a search found 0.80 of the ten nearest vectors with 100 candidates and 0.94 with
   * 400; with 384 dimensions it found 0.98 with 100.
   *
   * @param config how the codes were made
   * @param dimension dimension of the vectors
   * @param exact whether scores by codes are exact, because vectors and query arrive as codes
   * @param k number of hits to return
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
   * The number of candidates for an over-fetch factor, up to {@link #MAX_CANDIDATES}.
   *
   * @param k number of hits to return
   * @param factor candidates per hit, at least 1
   * @param atLeast lower bound of the result
   * @return at least k
   */
  public static int capped(int k, double factor, int atLeast) {
    int candidates = (int) Math.ceil(k * factor);
    return Math.max(k, Math.min(MAX_CANDIDATES, Math.max(candidates, atLeast)));
  }

  /**
   * The number of candidates per hit; 1 for no rescoring. Codes of 8 and more bits rank well enough
   * on their own. Codes without a rerank copy have nothing to rescore against. If vectors arrive as
   * bits and the query as numbers, rescoring helps, because a search rounds the query to score it
   * against the bits.
   */
  private static double factor(QuantizationConfig config, boolean exact) {
    boolean codesOnly =
        config.storedCopy() == RerankPrecision.NONE && !config.calibration().isLossless();
    if (exact || bits(config) >= 8 || codesOnly) {
      return 1;
    }
    return bits(config) > 2 ? 2 : 3;
  }

  /**
   * Bits per dimension. A budget that is not chosen yet counts as the smallest, because it may
   * become the smallest.
   */
  private static double bits(QuantizationConfig config) {
    return Double.isNaN(config.bits()) ? QuantizationConfig.MIN_BITS : config.bits();
  }
}
