/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.common.Strings;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_quantized_vector/stats} and {@code /stats/{index}}. */
public final class RestStatsAction extends BaseRestHandler {

  private static final String LEVEL = "level";

  /** The single instance. */
  public RestStatsAction() {}

  @Override
  public String getName() {
    return "quantized_vector_stats";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        new Route(RestRequest.Method.GET, "/_plugins/_quantized_vector/stats"),
        new Route(RestRequest.Method.GET, "/_plugins/_quantized_vector/stats/{index}"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    StatsRequest stats =
        new StatsRequest(
            level(request.param(LEVEL, label(StatsRequest.Level.FIELDS))),
            Strings.splitStringByCommaToArray(request.param("index")));
    stats.indicesOptions(IndicesOptions.fromRequest(request, stats.indicesOptions()));
    return channel ->
        client.execute(StatsAction.INSTANCE, stats, new RestToXContentListener<>(channel));
  }

  private static StatsRequest.Level level(String given) {
    return Arrays.stream(StatsRequest.Level.values())
        .filter(level -> label(level).equals(given))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "["
                        + LEVEL
                        + "] must be one of "
                        + Arrays.stream(StatsRequest.Level.values())
                            .map(RestStatsAction::label)
                            .toList()
                        + ", got ["
                        + given
                        + "]"));
  }

  private static String label(StatsRequest.Level level) {
    return level.name().toLowerCase(Locale.ROOT);
  }

  @Override
  protected Set<String> responseParams() {
    return Set.of("human");
  }
}
