/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import io.quantvec.plugin.evaluate.EvaluateAction;
import io.quantvec.plugin.evaluate.EvaluateRequest;
import io.quantvec.plugin.evaluate.EvaluateResponse;
import io.quantvec.plugin.evaluate.trial.TrialPrecision;
import io.quantvec.plugin.stats.StatsAction;
import io.quantvec.plugin.stats.StatsRequest;
import io.quantvec.plugin.stats.StatsResponse;
import java.util.Arrays;
import java.util.List;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.Strings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestResponseListener;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code GET /_plugins/_quantized_vector/report/{index}}: evaluates and reads stats, and puts both
 * on a page. Needs the permissions of those two, and ends with the client's connection.
 */
public final class RestReportAction extends BaseRestHandler {

  /** What most people want of rescored hits. */
  private static final double DEFAULT_TARGET = 0.95;

  private static final String CONTENT_TYPE = "text/html; charset=utf-8";

  /** The single instance. */
  public RestReportAction() {}

  @Override
  public String getName() {
    return "quantized_vector_report";
  }

  @Override
  public List<Route> routes() {
    return List.of(new Route(RestRequest.Method.GET, "/_plugins/_quantized_vector/report/{index}"));
  }

  @Override
  protected RestChannelConsumer prepareRequest(RestRequest rest, NodeClient client) {
    String[] indices = Strings.splitStringByCommaToArray(rest.param("index"));
    EvaluateRequest evaluate = new EvaluateRequest(indices);
    evaluate.indicesOptions(IndicesOptions.fromRequest(rest, evaluate.indicesOptions()));
    double target = number(rest, "target_recall", DEFAULT_TARGET);
    String given = rest.param("precisions");
    if (given == null) {
      evaluate.precisionsOptional();
    }
    if (rest.hasParam("sample")) {
      evaluate.sample(rest.paramAsInt("sample", evaluate.sample()));
    }
    evaluate
        .field(rest.param("field"))
        .k(rest.paramAsInt("k", evaluate.k()))
        .sampleSize(rest.paramAsInt("sample_size", evaluate.sampleSize()))
        .targetRecall(target)
        .precisions(precisions(given))
        .efSearch(integers(rest, "ef_search"));
    evaluate.timeout(rest.paramAsTime("timeout", evaluate.timeout()));
    return channel -> {
      Client cancellable = new RestCancellableNodeClient(client, rest.getHttpChannel());
      StatsRequest stats = new StatsRequest(StatsRequest.Level.SEGMENTS, indices).complete();
      stats.indicesOptions(evaluate.indicesOptions());
      ActionListener<RestResponse> answer =
          new RestResponseListener<>(channel) {
            @Override
            public RestResponse buildResponse(RestResponse response) {
              return response;
            }
          };
      cancellable.execute(
          EvaluateAction.INSTANCE,
          evaluate,
          ActionListener.wrap(
              evaluated ->
                  cancellable.execute(
                      StatsAction.INSTANCE,
                      stats,
                      ActionListener.map(
                          answer,
                          found -> page(String.join(",", indices), target, evaluated, found))),
              answer::onFailure));
    };
  }

  private static RestResponse page(
      String indices, double target, EvaluateResponse evaluated, StatsResponse stats) {
    Report report =
        Report.of(
            indices,
            System.currentTimeMillis(),
            evaluated.evaluation(),
            target,
            stats,
            Arrays.asList(evaluated.getShardFailures()));
    return new BytesRestResponse(RestStatus.OK, CONTENT_TYPE, ReportPage.render(report));
  }

  private static double number(RestRequest rest, String name, double otherwise) {
    String given = rest.param(name);
    try {
      return given == null ? otherwise : Double.parseDouble(given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("[" + name + "] must be a number, got [" + given + "]", e);
    }
  }

  private static List<Integer> integers(RestRequest rest, String name) {
    String given = rest.param(name);
    try {
      return Arrays.stream(Strings.splitStringByCommaToArray(given)).map(Integer::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "[" + name + "] must be a list of whole numbers, got [" + given + "]", e);
    }
  }

  /** All that have a name, unless some are named. */
  private static List<TrialPrecision> precisions(String given) {
    return given == null
        ? TrialPrecision.allNamed()
        : Arrays.stream(Strings.splitStringByCommaToArray(given))
            .map(TrialPrecision::named)
            .toList();
  }
}
