/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;

/** Which calibration the codes of a field in a new segment get. */
sealed interface CalibrationDecision {

  /** How to write the field; holds the budget. */
  QuantizationConfig config();

  /** What the budget was chosen for; null unless the configuration has it chosen. */
  BudgetChoice budget();

  /** The calibration of the codes; null if there is nothing to calibrate. */
  Calibration calibration();

  /** The calibration of a rerank copy of 8 bits per dimension; null without such a copy. */
  Calibration copyCalibration();

  CodeReason reason();

  /** The origin of codes that are encoded, not copied. */
  CodeOrigin origin();

  /** There is nothing to calibrate: half floats, or no vectors. */
  record None(QuantizationConfig config, BudgetChoice budget) implements CalibrationDecision {

    @Override
    public Calibration calibration() {
      return null;
    }

    @Override
    public Calibration copyCalibration() {
      return null;
    }

    @Override
    public CodeReason reason() {
      return CodeReason.NONE;
    }

    @Override
    public CodeOrigin origin() {
      return CodeOrigin.UNCALIBRATED;
    }
  }

  /** A calibration with its budget, whether it was there before or is new. */
  sealed interface Calibrated extends CalibrationDecision {

    BudgetedCalibration budgeted();

    @Override
    default QuantizationConfig config() {
      return budgeted().config();
    }

    @Override
    default BudgetChoice budget() {
      return budgeted().budget();
    }

    @Override
    default Calibration calibration() {
      return budgeted().calibration();
    }
  }

  /** A calibration that was there before: a static one, or one of other segments. */
  record Keep(BudgetedCalibration budgeted, CodeReason reason, Calibration copyCalibration)
      implements Calibrated {

    @Override
    public CodeOrigin origin() {
      return CodeOrigin.INHERITED;
    }
  }

  /** A calibration learned from the vectors that are written. */
  record Learn(BudgetedCalibration budgeted, CodeReason reason, Calibration copyCalibration)
      implements Calibrated {

    @Override
    public CodeOrigin origin() {
      return CodeOrigin.LEARNED;
    }
  }
}
