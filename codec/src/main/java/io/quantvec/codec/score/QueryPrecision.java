/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CodeSpace;

/**
 * How precise a query is, by what its scores are for. {@link #roundingFor} says what a precision
 * means for the codes of a field; no other place decides it.
 */
public enum QueryPrecision {
  /** Finds candidates, which are rescored: the cheapest query that still ranks well. */
  COARSE,

  /** Gives final scores: the precision beyond which more improves recall by next to nothing. */
  FULL,

  /**
   * Rescores candidates, by the rerank copy or by the codes where there is no copy: as precise as a
   * kernel takes the query.
   */
  RERANK,

  /** Bounds scores, see {@link ErrorBounds}. */
  BOUNDS,

  /**
   * The query in double precision, without rounding: the reference for the other precisions. Each
   * code is decoded, so that this precision is by far the slowest.
   */
  EXACT;

  /**
   * How a query of this precision is rounded.
   *
   * @param space what the codes mean that the query is scored against
   */
  public QueryRounding roundingFor(CodeSpace space) {
    return RoundingRules.rounding(this, space);
  }
}
