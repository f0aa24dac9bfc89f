/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.config;

/**
 * The basis on which a budget was chosen, see {@link Precision#AUTO}.
 *
 * @param expectedRecall expected share of the ten nearest vectors that a scan of all codes with
 *     default rescoring finds: 0 to 1; NaN if there were too few vectors to estimate it, in which
 *     case the budget is a safe one
 * @param vectors number of vectors that the expectation holds for
 */
public record BudgetChoice(float expectedRecall, int vectors) {

  /** No budget was chosen, because there were no vectors. */
  public static final BudgetChoice NONE = new BudgetChoice(Float.NaN, 0);

  public BudgetChoice {
    if (vectors < 0 || expectedRecall < 0 || expectedRecall > 1) {
      throw new IllegalArgumentException(
          "expected a recall of 0 to 1 and at least 0 vectors, got "
              + expectedRecall
              + " and "
              + vectors);
    }
  }
}
