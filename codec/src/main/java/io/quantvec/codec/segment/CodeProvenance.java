/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.config.BudgetChoice;

/**
 * How a segment's codes came about.
 *
 * @param origin whether they were encoded or copied
 * @param reason why they have their calibration
 * @param copied vectors whose codes the merge that wrote the segment copied byte for byte
 * @param budget what the budget was chosen for; null unless a budget was chosen
 */
public record CodeProvenance(
    CodeOrigin origin, CodeReason reason, int copied, BudgetChoice budget) {

  /** Of codes without a calibration. */
  public static CodeProvenance uncalibrated(int copied, BudgetChoice budget) {
    return new CodeProvenance(CodeOrigin.UNCALIBRATED, CodeReason.NONE, copied, budget);
  }
}
