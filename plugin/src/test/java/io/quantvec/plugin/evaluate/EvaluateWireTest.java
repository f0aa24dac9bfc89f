/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.Latency;
import io.quantvec.plugin.evaluate.result.NeighborScoreErrors;
import io.quantvec.plugin.evaluate.result.Recommendation;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.result.TrialReport;
import io.quantvec.plugin.evaluate.result.TrialResult;
import io.quantvec.plugin.evaluate.shard.ShardEvaluateRequest;
import io.quantvec.plugin.evaluate.trial.TrialPrecision;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/** Requests and answers as they are sent, read from JSON and written to it. */
class EvaluateWireTest {

  private static final String BODY =
      """
      {"field": "v", "k": 3, "queries": [[1, 2], "AACAPwAAAEA=", {"int8": [1, -2]}], "seed": 7,
       "ef_search": [50, 50, 100], "oversample_factor": [false, true, 2.5], "target_recall": 0.9,
       "precisions": ["int4", {"bits": 1.5}, {"bits": 8}], "sample_size": 200, "timeout": "5s"}
      """;

  private static EvaluateRequest parse(String body) throws IOException {
    EvaluateRequest request = new EvaluateRequest("a", "b*");
    try (XContentParser parser =
        JsonXContent.jsonXContent.createParser(
            NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, body)) {
      EvaluateRequestParser.read(parser, request);
    }
    return request;
  }

  private static void assertIsBody(EvaluateRequest request) {
    assertArrayEquals(new String[] {"a", "b*"}, request.indices());
    assertEquals("v", request.field());
    assertEquals(3, request.k());
    GivenVector floats = new GivenVector.Floats(new float[] {1, 2});
    assertEquals(
        List.of(floats, floats, new GivenVector.Codes(new byte[] {1, -2})), request.queries());
    assertEquals(7, request.seed());
    assertEquals(List.of(50, 100), request.efSearch());
    assertEquals(List.of(Rescore.OFF, Rescore.ON, Rescore.factor(2.5f)), request.rescores());
    assertEquals(.9, request.targetRecall());
    assertEquals(
        List.of(
            TrialPrecision.named("int4"), TrialPrecision.ofBits(1.5), TrialPrecision.named("int8")),
        request.precisions());
    assertEquals(200, request.sampleSize());
    assertEquals(TimeValue.timeValueSeconds(5), request.timeout());
    assertNull(request.validate());
  }

  @Test
  void requests() throws IOException {
    EvaluateRequest request = parse(BODY);
    assertIsBody(request);
    BytesStreamOutput out = new BytesStreamOutput();
    request.storeResult(true).writeTo(out);
    StreamInput in = out.bytes().streamInput();
    EvaluateRequest copy = new EvaluateRequest(in);
    assertEquals(0, in.available());
    assertIsBody(copy);
    assertTrue(copy.getShouldStoreResult());
  }

  @Test
  void answers() throws IOException {
    SettingResult setting =
        new SettingResult(
            new SettingResult.Search(100, 30, 3, true),
            new SettingResult.MeasuredRecall(.95, .01, .93, .97, .99),
            new Latency(1, 2, 3),
            new SettingResult.Work(10, 20, 30));
    Evaluation evaluation =
        new Evaluation(
            new Evaluation.Run(5, true),
            new Evaluation.FieldFacts("v", 2, SpaceType.INNERPRODUCT, 1_000),
            new Evaluation.Queries(10, 100, 99, true),
            new Evaluation.ExactScan(
                "int8",
                new Latency(Double.NaN, 1, 2),
                new NeighborScoreErrors(
                    4, 1, 2, 3, new NeighborScoreErrors.Histogram(-1, 1, new long[] {1, 3}))),
            List.of(setting),
            new Recommendation(.9, setting, true, "take it"),
            new TrialReport(
                500,
                1_000,
                5,
                List.of(
                    new TrialResult(
                        new TrialResult.Codes("int4", 4, "fp32"),
                        new TrialResult.VectorBytes(1, 2, 3),
                        .5,
                        100,
                        .75,
                        true)),
                "int4"),
            List.of("mind"));
    EvaluateResponse response = new EvaluateResponse(3, List.of(), evaluation);
    BytesStreamOutput out = new BytesStreamOutput();
    response.writeTo(out);
    StreamInput in = out.bytes().streamInput();
    EvaluateResponse copy = new EvaluateResponse(in);
    assertEquals(0, in.available());
    String json = Strings.toString(MediaTypeRegistry.JSON, response);
    assertEquals(json, Strings.toString(MediaTypeRegistry.JSON, copy));
    var map = XContentHelper.convertToMap(JsonXContent.jsonXContent, json, true);
    assertTrue(map.toString().contains("graph_loss=0.04,"), map::toString);
    assertTrue(map.toString().contains("p50=null"), map::toString);
    assertTrue(map.toString().contains("total_bytes=6"), map::toString);
  }

  /** Nodes of other versions have these numbers. */
  @Test
  void numbersOfWhatShardsAreAskedNeverChange() {
    assertEquals(0, ShardEvaluateRequest.Kind.PLAN.wireNumber());
    assertEquals(1, ShardEvaluateRequest.Kind.MEASURE.wireNumber());
    assertEquals(2, ShardEvaluateRequest.Kind.values().length);
  }
}
