/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.common.Strings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestRequest.Method;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestStatusToXContentListener;
import org.opensearch.tasks.LoggingTaskListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code POST /_plugins/_quantized_vector/evaluate/{index}}. Ends with the client's connection,
 * unless with {@code wait_for_completion=false} it gives the id of a task that keeps the answer.
 */
public final class RestEvaluateAction extends BaseRestHandler {

  @Override
  public String getName() {
    return "quantized_vector_evaluate_action";
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route(Method.POST, "/_plugins/_quantized_vector/evaluate/{index}"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest rest, NodeClient client)
      throws IOException {
    EvaluateRequest request =
        new EvaluateRequest(Strings.splitStringByCommaToArray(rest.param("index")));
    request.indicesOptions(IndicesOptions.fromRequest(rest, request.indicesOptions()));
    boolean waits = rest.paramAsBoolean("wait_for_completion", true);
    request.storeResult(!waits);
    rest.withContentOrSourceParamParserOrNull(
        parser -> {
          if (parser != null) {
            EvaluateRequestParser.read(parser, request);
          }
        });
    if (waits) {
      return channel ->
          new RestCancellableNodeClient(client, rest.getHttpChannel())
              .execute(
                  EvaluateAction.INSTANCE, request, new RestStatusToXContentListener<>(channel));
    }
    // What would be refused is better refused now than found in the task's answer.
    if (request.validate() != null) {
      throw request.validate();
    }
    return channel ->
        sendTask(
            channel,
            client,
            client.executeLocally(
                EvaluateAction.INSTANCE, request, LoggingTaskListener.instance()));
  }

  private static void sendTask(RestChannel channel, NodeClient client, Task task)
      throws IOException {
    try (XContentBuilder builder = channel.newBuilder()) {
      builder.startObject();
      builder.field("task", client.getLocalNodeId() + ":" + task.getId());
      builder.endObject();
      channel.sendResponse(new BytesRestResponse(RestStatus.OK, builder));
    }
  }
}
