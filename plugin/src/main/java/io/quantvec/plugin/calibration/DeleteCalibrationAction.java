/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;

/** Deletes a stored calibration that no mapping refers to. */
public final class DeleteCalibrationAction extends ActionType<AcknowledgedResponse> {

  /** The permission. */
  public static final String NAME = "cluster:admin/quantized_vector/calibrations/delete";

  public static final DeleteCalibrationAction INSTANCE = new DeleteCalibrationAction();

  private DeleteCalibrationAction() {
    super(NAME, AcknowledgedResponse::new);
  }
}
