/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import org.opensearch.action.ActionType;

/** Puts a calibration that was learned into the cluster state. Called by the plugin itself. */
final class StoreCalibrationAction extends ActionType<CalibrationResponse> {

  static final String NAME = "cluster:admin/quantized_vector/calibrations/store";

  static final StoreCalibrationAction INSTANCE = new StoreCalibrationAction();

  private StoreCalibrationAction() {
    super(NAME, CalibrationResponse::new);
  }
}
