/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import org.opensearch.action.ActionType;

/** The stats of indexes. */
public final class StatsAction extends ActionType<StatsResponse> {

  /** What a role needs for it. */
  public static final String NAME = "indices:monitor/quantized_vector/stats";

  /** The single instance. */
  public static final StatsAction INSTANCE = new StatsAction();

  private StatsAction() {
    super(NAME, StatsResponse::new);
  }
}
