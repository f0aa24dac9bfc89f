/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CodeSpace;

/**
 * How finely a query is rounded to be scored against codes. A number of bits alone does not say how
 * much rounding loses: where a few components of the query are far larger than the others, most of
 * the others round to zero. So a query gets more bits until what it loses is small beside what the
 * codes lose.
 *
 * @param bits the least bits of the largest number, its sign among them: 2 to 16, or {@link
 *     #UNROUNDED}; a kernel that takes fewer bits is given fewer
 * @param tolerance the most that rounding may add to the variance of a score's error, as a share of
 *     what the codes' own rounding makes of it; infinite if the bits alone decide
 */
public record QueryPrecision(int bits, double tolerance) {

  /** Stands for a query that is not rounded, see {@link #EXACT}. */
  public static final int UNROUNDED = 32;

  /** The most bits of a number. */
  static final int MAX_BITS = 16;

  /**
   * The query as it is, in double precision: what other precisions are measured against. It decodes
   * every code, and so is far slower than all of them.
   */
  public static final QueryPrecision EXACT = new QueryPrecision(UNROUNDED, 0);

  /**
   * As fine as a kernel takes it: for codes that are themselves what candidates are rescored by.
   */
  public static final QueryPrecision FINEST = new QueryPrecision(MAX_BITS, 0);

  public QueryPrecision {
    if (bits != UNROUNDED && (bits < 2 || bits > MAX_BITS) || !(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "expected 2 to 16 bits a query component, or "
              + UNROUNDED
              + " for an exact query, and a tolerance of at least 0, got "
              + bits
              + " and "
              + tolerance);
    }
  }

  /**
   * A given number of bits, whatever that loses.
   *
   * @param bits 2 to 16, or {@link #UNROUNDED}
   */
  public static QueryPrecision ofBits(int bits) {
    return bits == UNROUNDED ? EXACT : new QueryPrecision(bits, Double.POSITIVE_INFINITY);
  }

  /**
   * The precision beyond which more gains next to nothing.
   *
   * @param space what the codes mean; null for halves, which take the query as it is
   */
  public static QueryPrecision precise(CodeSpace space) {
    if (space == null) {
      return EXACT;
    }
    return new QueryPrecision(QueryNumbers.bits(space), QueryNumbers.tolerance(space));
  }

  /**
   * The precision that suffices to find candidates, which are then scored with {@link #precise}, or
   * by the rerank copy.
   *
   * @param space what the codes mean; null for halves, which take the query as it is
   */
  public static QueryPrecision coarse(CodeSpace space) {
    if (space == null) {
      return EXACT;
    }
    return new QueryPrecision(QueryNumbers.coarseBits(space), QueryNumbers.coarseTolerance(space));
  }

  /**
   * The precision that bounds of scores take, see {@link ErrorBounds}.
   *
   * @param space what the codes mean; null for halves, which take the query as it is
   */
  public static QueryPrecision bounds(CodeSpace space) {
    return space == null ? EXACT : ofBits(QueryNumbers.boundBits(space));
  }
}
