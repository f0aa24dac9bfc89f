/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import org.opensearch.action.ActionType;

/** Learns the calibration of a field and stores it under a name. */
public final class CreateCalibrationAction extends ActionType<CalibrationResponse> {

  /** The permission. For an index's field, that of samples is needed as well. */
  public static final String NAME = "cluster:admin/quantized_vector/calibrations/create";

  public static final CreateCalibrationAction INSTANCE = new CreateCalibrationAction();

  private CreateCalibrationAction() {
    super(NAME, CalibrationResponse::new);
  }
}
