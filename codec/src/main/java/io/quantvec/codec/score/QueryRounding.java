/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

/** How the components of a query are rounded before a kernel multiplies them with codes. */
public sealed interface QueryRounding {

  /** The query as it is. */
  QueryRounding NONE = new None();

  /** No rounding, see {@link #NONE}. */
  record None() implements QueryRounding {}

  /**
   * Rounding to integers. The number of bits alone does not say how much rounding loses: where a
   * few components of the query are far larger than the others, most of the others round to zero.
   * So a query gets more bits until the loss is small beside the loss of the codes.
   *
   * @param bits the fewest bits of the largest component, its sign included: 2 to {@link
   *     #MAX_BITS}; a kernel that takes fewer bits gets fewer
   * @param tolerance the most that rounding may add to the variance of a score's error, as a share
   *     of the variance that the codes cause; at least 0, and infinite if the bits alone decide
   */
  record Integers(int bits, double tolerance) implements QueryRounding {

    /** The most bits of a component. */
    public static final int MAX_BITS = 16;

    public Integers {
      if (bits < 2 || bits > MAX_BITS) {
        throw new IllegalArgumentException(
            "expected 2 to " + MAX_BITS + " bits per query component, got " + bits);
      }
      if (!(tolerance >= 0)) {
        throw new IllegalArgumentException("expected a tolerance of at least 0, got " + tolerance);
      }
    }
  }

  /**
   * Rounding to a number of bits, whatever that loses.
   *
   * @param bits 2 to {@link Integers#MAX_BITS}
   */
  static QueryRounding toBits(int bits) {
    return new Integers(bits, Double.POSITIVE_INFINITY);
  }
}
