/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import java.util.List;
import org.opensearch.core.common.Strings;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_quantized_vector/calibrations}, of all or of some names. */
public final class RestGetCalibrationsAction extends BaseRestHandler {

  /** One for the node. */
  public RestGetCalibrationsAction() {}

  @Override
  public String getName() {
    return "quantized_vector_get_calibrations";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        new Route(RestRequest.Method.GET, RestCreateCalibrationAction.PATH),
        new Route(RestRequest.Method.GET, RestCreateCalibrationAction.PATH + "/{name}"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
    String[] names = Strings.splitStringByCommaToArray(request.param("name", ""));
    return channel ->
        client.execute(
            GetCalibrationsAction.INSTANCE,
            new GetCalibrationsRequest(names),
            new RestToXContentListener<>(channel));
  }
}
