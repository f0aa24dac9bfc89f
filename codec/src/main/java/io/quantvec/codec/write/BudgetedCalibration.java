/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.SegmentField;

/**
 * A calibration of codes with the budget that it was learned for.
 *
 * @param config how to write with it; holds the budget
 * @param budget what the budget was chosen for; null unless the configuration has it chosen
 */
record BudgetedCalibration(
    Calibration calibration, QuantizationConfig config, BudgetChoice budget) {

  /**
   * The calibration of another segment, for a segment that is written now.
   *
   * @param config how the new segment is written; makes the same codes
   */
  static BudgetedCalibration of(SegmentField field, QuantizationConfig config) {
    return field.provenance().budget() == null
        ? new BudgetedCalibration(field.calibration(), config, null)
        : new BudgetedCalibration(
            field.calibration(),
            config.withChosenBits(field.config().bits()),
            field.provenance().budget());
  }
}
