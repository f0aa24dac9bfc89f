/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

/**
 * What was known when a budget was chosen, see {@link Precision#AUTO}.
 *
 * @param expectedRecall the share of the ten nearest vectors that a search was expected to find
 *     which compares all codes and rescores by default: 0 to 1; NaN if the vectors were too few to
 *     say, and the budget is a safe one
 * @param vectors for how many vectors that was expected
 */
public record BudgetChoice(float expectedRecall, int vectors) {

  /** Nothing was chosen: there were no vectors. */
  public static final BudgetChoice NONE = new BudgetChoice(Float.NaN, 0);

  public BudgetChoice {
    if (vectors < 0 || expectedRecall < 0 || expectedRecall > 1) {
      throw new IllegalArgumentException(
          "expected a recall of 0 to 1 and a number of vectors, got "
              + expectedRecall
              + " and "
              + vectors);
    }
  }
}
