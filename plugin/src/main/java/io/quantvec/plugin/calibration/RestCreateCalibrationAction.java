/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import java.io.IOException;
import java.util.List;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code POST /_plugins/_quantized_vector/calibrations/{name}}. */
public final class RestCreateCalibrationAction extends BaseRestHandler {

  static final String PATH = "/_plugins/_quantized_vector/calibrations";

  /** One for the node. */
  public RestCreateCalibrationAction() {}

  @Override
  public String getName() {
    return "quantized_vector_create_calibration";
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route(RestRequest.Method.POST, PATH + "/{name}"));
  }

  /** Learning ends when the client goes away. */
  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client)
      throws IOException {
    CreateCalibrationRequest create;
    try (XContentParser parser = request.contentParser()) {
      create = CreateCalibrationRequest.parse(request.param("name"), parser);
    }
    create.timeout(request.paramAsTime("timeout", create.timeout()));
    create.clusterManagerNodeTimeout(
        request.paramAsTime("cluster_manager_timeout", create.clusterManagerNodeTimeout()));
    return channel ->
        new RestCancellableNodeClient(client, request.getHttpChannel())
            .execute(
                CreateCalibrationAction.INSTANCE, create, new RestToXContentListener<>(channel));
  }
}
