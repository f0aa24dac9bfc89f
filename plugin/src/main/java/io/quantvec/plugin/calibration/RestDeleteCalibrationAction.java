/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code DELETE /_plugins/_quantized_vector/calibrations/{name}}. */
public final class RestDeleteCalibrationAction extends BaseRestHandler {

  /** One for the node. */
  public RestDeleteCalibrationAction() {}

  @Override
  public String getName() {
    return "quantized_vector_delete_calibration";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        new Route(RestRequest.Method.DELETE, RestCreateCalibrationAction.PATH + "/{name}"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    DeleteCalibrationRequest delete =
        new DeleteCalibrationRequest(request.param("name"), request.param("id"));
    delete.timeout(request.paramAsTime("timeout", delete.timeout()));
    delete.clusterManagerNodeTimeout(
        request.paramAsTime("cluster_manager_timeout", delete.clusterManagerNodeTimeout()));
    return channel ->
        client.execute(
            DeleteCalibrationAction.INSTANCE, delete, new RestToXContentListener<>(channel));
  }
}
