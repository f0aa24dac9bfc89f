/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.warmup;

import java.util.List;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.common.Strings;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_quantized_vector/warmup/{index}}. */
public final class RestWarmupAction extends BaseRestHandler {

  /** The single instance. */
  public RestWarmupAction() {}

  @Override
  public String getName() {
    return "quantized_vector_warmup";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        new Route(RestRequest.Method.POST, "/_plugins/_quantized_vector/warmup/{index}"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    WarmupRequest warmup =
        new WarmupRequest(Strings.splitStringByCommaToArray(request.param("index")));
    warmup.indicesOptions(IndicesOptions.fromRequest(request, warmup.indicesOptions()));
    return channel ->
        client.execute(WarmupAction.INSTANCE, warmup, new RestToXContentListener<>(channel));
  }
}
