/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.UniformQuantizer;

/**
 * How finely queries are rounded against bits and planes of bits, by what is known of the codes.
 */
final class PlanePrecision {

  /** Codes of more bits a dimension than this show how the query is rounded. */
  private static final double FINE_BITS = 2.5;

  /**
   * Rounding the query makes a share of the misses of exact queries again, half as large as this:
   * .3 points where those find .4.
   */
  private static final double ROUGH_CODES_TOLERANCE = .01;

  /** Finer codes miss little, even of data that is hard for them: .3 points where they find .8. */
  private static final double FINE_CODES_TOLERANCE = .03;

  /**
   * The share of the tolerance that remains where few directions hold most of the variance. The
   * nearest vectors are then so much alike that their codes lose nearly the same, which does no
   * harm. What rounding the query loses differs from vector to vector.
   */
  private static final double NARROW = .3;

  /** The share that remains where one direction or two hold most of the variance. */
  private static final double NARROWEST = .1;

  /**
   * Below so many directions of equal variance, {@link #NARROWEST} counts. Learned axes share their
   * variance in groups of eight, so that one direction alone counts as eight to ten.
   */
  private static final double NARROWEST_SPREAD = 12;

  /** What candidates are found with by bits that a rotation made all alike, of which many miss. */
  private static final double EVEN_BITS_TOLERANCE = .1;

  /** How much more may be lost where the best few are scored once more. */
  private static final double COARSER = 3;

  /**
   * Where so many directions share the variance, and so large a part of all, distances are sums of
   * many terms and differ from each other by more than a coarse query loses.
   */
  private static final double WIDE_SPREAD = 48;

  private static final double WIDE_SHARE = 1.0 / 6;

  private PlanePrecision() {}

  private static double budget(CodeSpace space) {
    return (double) space.calibration().codeBits() / space.calibration().dimension();
  }

  /** On 384 dimensions 10 lose nothing to 12 at 2 bits a dimension, and .2 points at 4. */
  static int preciseBits(CodeSpace space) {
    return budget(space) > FINE_BITS ? 12 : 10;
  }

  /**
   * Of MiniLM's vectors of 384 dimensions and word vectors of 100, the best 50 by so few bits hold
   * as many of the 10 nearest as by an exact query, within .1 points at 1 to 7 bits a dimension.
   */
  static int coarseBits(CodeSpace space) {
    return 7;
  }

  /** What rounding may lose, see {@link QueryPrecision#tolerance}. */
  static double preciseTolerance(CodeSpace space) {
    double tolerance = budget(space) > FINE_BITS ? FINE_CODES_TOLERANCE : ROUGH_CODES_TOLERANCE;
    return tolerance * remainingShare(space);
  }

  private static double remainingShare(CodeSpace space) {
    if (!isLearned(space) || isWide(space)) {
      return 1;
    }
    return spread(space) < NARROWEST_SPREAD ? NARROWEST : NARROW;
  }

  /** What rounding may lose where it finds candidates, see {@link QueryPrecision#tolerance}. */
  static double coarseTolerance(CodeSpace space) {
    if (space.planes() == null) {
      return EVEN_BITS_TOLERANCE;
    }
    return isWide(space) ? Double.POSITIVE_INFINITY : COARSER * preciseTolerance(space);
  }

  /** Whether dimensions are principal axes: a rotation hides how their variances are spread. */
  private static boolean isLearned(CodeSpace space) {
    return space.calibration().transform() instanceof DenseTransform;
  }

  private static boolean isWide(CodeSpace space) {
    double spread = spread(space);
    return isLearned(space)
        && spread >= WIDE_SPREAD
        && spread >= WIDE_SHARE * space.calibration().dimension();
  }

  /** How many directions of equal variance the axes are worth. */
  private static double spread(CodeSpace space) {
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
