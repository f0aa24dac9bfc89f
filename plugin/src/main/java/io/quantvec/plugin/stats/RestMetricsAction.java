/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import java.util.List;
import org.opensearch.core.common.Strings;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestActions;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_quantized_vector/metrics} and {@code /metrics/{node_id}}. */
public final class RestMetricsAction extends BaseRestHandler {

  /** The single instance. */
  public RestMetricsAction() {}

  @Override
  public String getName() {
    return "quantized_vector_metrics";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        new Route(RestRequest.Method.GET, "/_plugins/_quantized_vector/metrics"),
        new Route(RestRequest.Method.GET, "/_plugins/_quantized_vector/metrics/{node_id}"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    MetricsRequest metrics =
        new MetricsRequest(Strings.splitStringByCommaToArray(request.param("node_id")));
    metrics.timeout(request.param("timeout"));
    return channel ->
        client.execute(
            MetricsAction.INSTANCE, metrics, new RestActions.NodesResponseRestListener<>(channel));
  }
}
