/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import org.opensearch.action.ActionType;

/** The metrics of nodes. */
public final class MetricsAction extends ActionType<MetricsResponse> {

  /** What a role needs for it. */
  public static final String NAME = "cluster:monitor/quantized_vector/metrics";

  /** The single instance. */
  public static final MetricsAction INSTANCE = new MetricsAction();

  private MetricsAction() {
    super(NAME, MetricsResponse::new);
  }
}
