/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import org.opensearch.action.ActionType;

/** Lists the stored calibrations and the fields that use them. */
public final class GetCalibrationsAction extends ActionType<GetCalibrationsResponse> {

  /** The permission. */
  public static final String NAME = "cluster:admin/quantized_vector/calibrations/get";

  public static final GetCalibrationsAction INSTANCE = new GetCalibrationsAction();

  private GetCalibrationsAction() {
    super(NAME, GetCalibrationsResponse::new);
  }
}
