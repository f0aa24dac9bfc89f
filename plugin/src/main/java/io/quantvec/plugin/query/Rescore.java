/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import io.quantvec.codec.QuantizationConfig;
import io.quantvec.codec.RerankPrecision;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * Whether a query's best candidates are scored a second time against the finer copy, and how many.
 *
 * @param kind what the query says
 * @param oversampleFactor candidates for each of the k hits, 1 to 100; only with {@link
 *     Kind#FACTOR}
 */
public record Rescore(Kind kind, float oversampleFactor) implements Writeable {

  /** What a query can say. */
  public enum Kind {
    /** Nothing: the precision decides whether there is any rescoring. */
    DEFAULT,
    /** {@code true}: rescore, with as many candidates as suit the precision. */
    ON,
    /** {@code false}: the scores of the codes are final. */
    OFF,
    /** An {@code oversample_factor}. */
    FACTOR
  }

  /** As the precision has it. */
  public static final Rescore DEFAULT = new Rescore(Kind.DEFAULT, 0);

  /** With the precision's factor. */
  public static final Rescore ON = new Rescore(Kind.ON, 0);

  /** Not at all. */
  public static final Rescore OFF = new Rescore(Kind.OFF, 0);

  /** The smallest factor: the k hits themselves are rescored. */
  public static final float MIN_FACTOR = 1;

  /** The largest factor, as in the k-NN plugin. */
  public static final float MAX_FACTOR = 100;

  /**
   * However small k is, a factor of the precision's own takes this many: also the k-NN plugin's.
   */
  public static final int MIN_CANDIDATES = 100;

  /**
   * A code of so many bits in all is rescored with the precision's factor, a shorter one with more.
   */
  private static final double ENOUGH_BITS = 384;

  /** What a factor is multiplied with at most: beyond that it is the graph that misses most. */
  private static final double MAX_SCARCITY = 4;

  /** More candidates than this are never rescored, unless k itself is larger. */
  static final int MAX_CANDIDATES = 10_000;

  public Rescore {
    if (kind == Kind.FACTOR
        && !(oversampleFactor >= MIN_FACTOR && oversampleFactor <= MAX_FACTOR)) {
      throw new IllegalArgumentException(
          "[oversample_factor] must be between "
              + MIN_FACTOR
              + " and "
              + MAX_FACTOR
              + ", got ["
              + oversampleFactor
              + "]");
    }
  }

  /**
   * A factor of the query's own.
   *
   * @throws IllegalArgumentException if it is not between 1 and 100
   */
  public static Rescore factor(float oversampleFactor) {
    return new Rescore(Kind.FACTOR, oversampleFactor);
  }

  /** Reads what {@link #writeTo} wrote. */
  public static Rescore readFrom(StreamInput in) throws IOException {
    return new Rescore(in.readEnum(Kind.class), in.readFloat());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeEnum(kind);
    out.writeFloat(oversampleFactor);
  }

  /**
   * How many candidates are rescored.
   *
   * @param config how the codes were made
   * @param dimension of the vectors
   * @param exact whether the codes' scores are no estimates, because vectors and query are codes
   * @param k hits that are wanted
   * @return at least k, or 0 for no rescoring
   */
  public int candidates(QuantizationConfig config, int dimension, boolean exact, int k) {
    double defaultFactor = exact ? MIN_FACTOR : defaultFactor(config);
    return switch (kind) {
      case OFF -> 0;
      case FACTOR -> capped(k, oversampleFactor, 0);
      case ON -> byDefault(k, defaultFactor, config, dimension);
      case DEFAULT ->
          defaultFactor == MIN_FACTOR ? 0 : byDefault(k, defaultFactor, config, dimension);
    };
  }

  /**
   * Short codes say less, so more candidates are rescored. Of 100 dimensions at one bit, with 100
   * candidates .80 of ten were found, with four times as many .94; of 384 dimensions .98 with 100.
   */
  private static int byDefault(int k, double factor, QuantizationConfig config, int dimension) {
    double scarcity = factor == MIN_FACTOR ? 1 : ENOUGH_BITS / (config.bits() * dimension);
    double times = Math.clamp(scarcity, 1, MAX_SCARCITY);
    return capped(k, factor * times, (int) Math.ceil(MIN_CANDIDATES * times));
  }

  /**
   * Codes of 8 and more bits order the neighbours well enough by themselves, and codes without a
   * finer copy as well as can be. Bits that vectors arrived as do not where the query is numbers,
   * for it is rounded to be scored against them.
   */
  private static double defaultFactor(QuantizationConfig config) {
    boolean finest =
        config.storedCopy() == RerankPrecision.NONE && !config.calibration().isLossless();
    if (config.bits() >= 8 || finest) {
      return MIN_FACTOR;
    }
    return config.bits() > 2 ? 2 : 3;
  }

  private static int capped(int k, double factor, int atLeast) {
    int candidates = (int) Math.ceil(k * factor);
    return Math.max(k, Math.min(MAX_CANDIDATES, Math.max(candidates, atLeast)));
  }
}
