/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.HalfFloatSpace;
import io.quantvec.codec.score.QueryRounding.Integers;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.UniformQuantizer;

/** The bits and the tolerance of each {@link QueryPrecision}, by the kind of the codes. */
final class RoundingRules {

  /** Against codes of 8 bits, a query of 8 bits loses .4 points of recall of 100 dimensions. */
  private static final int BYTES_BITS = Integers.MAX_BITS;

  /**
   * Codes of 8 bits lose so little that queries of 8 bits, which lose as much, still find the
   * candidates. Where rounding would lose more than this, the query stays one of floats.
   */
  private static final double COARSE_BYTES_TOLERANCE = 2;

  /** Bits that one bit per dimension takes; the tolerance adds more where it needs them. */
  private static final int EVEN_BITS_BITS = 4;

  /** On 384 dimensions, 10 bits lose nothing to 12 at 2 bits per dimension, and .2 points at 4. */
  private static final int ROUGH_CODES_BITS = 10;

  private static final int FINE_CODES_BITS = 12;

  /**
   * Of MiniLM's vectors of 384 dimensions and word vectors of 100, the best 50 by so few bits hold
   * as many of the 10 nearest as by an exact query, within .1 points at 1 to 7 bits per dimension.
   */
  private static final int COARSE_PLANES_BITS = 7;

  /**
   * From this many bits on, rounding hardly shows beside the loss of the codes. A bound assumes the
   * worst rounding of every component and so takes more bits than a search: of 384 dimensions of
   * one bit, a third more vectors survive a threshold with 8 bits than with 12.
   */
  private static final int BOUNDS_OF_BITS = 10;

  /** Codes of more bits per dimension than this show how the query is rounded. */
  private static final double FINE_BITS = 2.5;

  /**
   * Rounding the query adds misses beside those of exact queries, half this share of them: .3
   * points where exact queries miss .4.
   */
  private static final double ROUGH_CODES_TOLERANCE = .01;

  /** Finer codes miss little, even on hard data: .3 points where exact queries miss .8. */
  private static final double FINE_CODES_TOLERANCE = .03;

  /**
   * The share of the tolerance that remains where few directions hold most of the variance. The
   * nearest vectors are then so much alike that their codes lose nearly the same, which does not
   * change their order. The loss of rounding the query differs from vector to vector.
   */
  private static final double NARROW = .3;

  /** The share that remains where one or two directions hold most of the variance. */
  private static final double NARROWEST = .1;

  /**
   * Below so many directions of equal variance, {@link #NARROWEST} counts. Learned axes share their
   * variance in groups of eight, so that one direction alone counts as eight to ten.
   */
  private static final double NARROWEST_SPREAD = 12;

  /**
   * The tolerance of candidates by one bit per dimension after a rotation, which makes all
   * dimensions alike. Such codes miss many neighbors themselves.
   */
  private static final double EVEN_BITS_TOLERANCE = .1;

  /** How much more rounding may lose where candidates are rescored. */
  private static final double COARSER = 3;

  /**
   * Where so many directions share the variance, and so large a part of all, distances are sums of
   * many terms and differ from each other by more than a coarse query loses.
   */
  private static final double WIDE_SPREAD = 48;

  private static final double WIDE_SHARE = 1.0 / 6;

  private RoundingRules() {}

  /** The rounding of a query of a precision; none for half floats, which take floats. */
  static QueryRounding rounding(QueryPrecision precision, CodeSpace space) {
    return switch (space) {
      case HalfFloatSpace halves -> QueryRounding.NONE;
      case CalibratedSpace codes -> rounding(precision, codes);
    };
  }

  private static QueryRounding rounding(QueryPrecision precision, CalibratedSpace space) {
    return switch (precision) {
      case COARSE -> new Integers(coarseBits(space), coarseTolerance(space));
      case FULL -> new Integers(fullBits(space), fullTolerance(space));
      case RERANK -> new Integers(Integers.MAX_BITS, 0);
      case BOUNDS -> QueryRounding.toBits(boundBits(space));
      case EXACT -> QueryRounding.NONE;
    };
  }

  private static int fullBits(CalibratedSpace space) {
    return switch (space.layout().kind()) {
      case BYTES -> BYTES_BITS;
      case NIBBLES -> Byte.SIZE;
      case BITS -> EVEN_BITS_BITS;
      case PLANES -> bitsPerDimension(space) > FINE_BITS ? FINE_CODES_BITS : ROUGH_CODES_BITS;
      case HALVES -> throw halves();
    };
  }

  private static int coarseBits(CalibratedSpace space) {
    return switch (space.layout().kind()) {
      case BYTES, NIBBLES -> Byte.SIZE;
      case BITS -> EVEN_BITS_BITS;
      case PLANES -> COARSE_PLANES_BITS;
      case HALVES -> throw halves();
    };
  }

  private static int boundBits(CalibratedSpace space) {
    return switch (space.layout().kind()) {
      case BITS -> BOUNDS_OF_BITS;
      case BYTES, NIBBLES, PLANES -> Integers.MAX_BITS;
      case HALVES -> throw halves();
    };
  }

  private static IllegalArgumentException halves() {
    return new IllegalArgumentException("half floats are scored by queries of floats");
  }

  /** Input codes lose nothing, so that no rounding is small beside their loss. */
  private static double fullTolerance(CalibratedSpace space) {
    return space.isLossless() ? 0 : lossyTolerance(space);
  }

  private static double coarseTolerance(CalibratedSpace space) {
    return switch (space.layout().kind()) {
      case BYTES -> COARSE_BYTES_TOLERANCE;
      case NIBBLES, BITS -> EVEN_BITS_TOLERANCE;
      case PLANES -> isWide(space) ? Double.POSITIVE_INFINITY : COARSER * lossyTolerance(space);
      case HALVES -> throw halves();
    };
  }

  private static double lossyTolerance(CalibratedSpace space) {
    boolean fine = bitsPerDimension(space) > FINE_BITS;
    return (fine ? FINE_CODES_TOLERANCE : ROUGH_CODES_TOLERANCE) * remainingShare(space);
  }

  private static double bitsPerDimension(CalibratedSpace space) {
    return (double) space.calibration().codeBits() / space.calibration().dimension();
  }

  private static double remainingShare(CalibratedSpace space) {
    if (!isLearned(space) || isWide(space)) {
      return 1;
    }
    return spread(space) < NARROWEST_SPREAD ? NARROWEST : NARROW;
  }

  /** Whether dimensions are principal axes: a rotation hides how their variances are spread. */
  private static boolean isLearned(CalibratedSpace space) {
    return space.calibration().transform() instanceof DenseTransform;
  }

  private static boolean isWide(CalibratedSpace space) {
    double spread = spread(space);
    return isLearned(space)
        && spread >= WIDE_SPREAD
        && spread >= WIDE_SHARE * space.calibration().dimension();
  }

  /** The number of directions of equal variance that would spread the variance as the axes do. */
  private static double spread(CalibratedSpace space) {
    double sum = 0;
    double squares = 0;
    for (int d = 0; d < space.dimension(); d++) {
      double deviation = space.step(d) / UniformQuantizer.step(Math.max(1, space.bits(d)));
      double variance = space.bits(d) == 0 ? 0 : deviation * deviation;
      sum += variance;
      squares += variance * variance;
    }
    return squares == 0 ? 0 : sum * sum / squares;
  }
}
