/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.warmup;

import org.opensearch.action.ActionType;

/** Reads the codes and graphs of indexes into memory. */
public final class WarmupAction extends ActionType<WarmupResponse> {

  /** What a role needs for it. */
  public static final String NAME = "indices:admin/quantized_vector/warmup";

  /** The single instance. */
  public static final WarmupAction INSTANCE = new WarmupAction();

  private WarmupAction() {
    super(NAME, WarmupResponse::new);
  }
}
