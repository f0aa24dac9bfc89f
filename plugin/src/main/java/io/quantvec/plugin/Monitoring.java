/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.report.RestReportAction;
import io.quantvec.plugin.stats.MetricsAction;
import io.quantvec.plugin.stats.RestMetricsAction;
import io.quantvec.plugin.stats.RestStatsAction;
import io.quantvec.plugin.stats.StatsAction;
import io.quantvec.plugin.stats.TransportMetricsAction;
import io.quantvec.plugin.stats.TransportStatsAction;
import io.quantvec.plugin.warmup.RestWarmupAction;
import io.quantvec.plugin.warmup.TransportWarmupAction;
import io.quantvec.plugin.warmup.WarmupAction;
import java.util.List;
import org.opensearch.action.ActionRequest;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.plugins.ActionPlugin.ActionHandler;
import org.opensearch.rest.RestHandler;

/** What operators look at: stats, metrics, warm-up and the report. */
final class Monitoring {

  private Monitoring() {}

  static List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> actions() {
    return List.of(
        new ActionHandler<>(StatsAction.INSTANCE, TransportStatsAction.class),
        new ActionHandler<>(MetricsAction.INSTANCE, TransportMetricsAction.class),
        new ActionHandler<>(WarmupAction.INSTANCE, TransportWarmupAction.class));
  }

  static List<RestHandler> restHandlers() {
    return List.of(
        new RestStatsAction(),
        new RestMetricsAction(),
        new RestWarmupAction(),
        new RestReportAction());
  }
}
