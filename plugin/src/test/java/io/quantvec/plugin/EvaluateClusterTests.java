/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.evaluate.EvaluateAction;
import io.quantvec.plugin.evaluate.EvaluateRequest;
import io.quantvec.plugin.evaluate.EvaluateResponse;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.GivenVector;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.OpenSearchTimeoutException;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.indices.replication.common.ReplicationType;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.InternalTestCluster;
import org.opensearch.test.transport.MockTransportService;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/** Evaluations of shards on several nodes, from a node that has none. */
public class EvaluateClusterTests extends VectorClusterTestCase {

  /** Whose requests can be lost. */
  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(QuantvecPlugin.class, MockTransportService.TestPlugin.class);
  }

  private static EvaluateRequest request(String field) {
    return new EvaluateRequest(INDEX)
        .field(field)
        .k(K)
        .queries(queries().stream().<GivenVector>map(GivenVector.Floats::new).toList());
  }

  private static EvaluateResponse evaluate(Client client, EvaluateRequest request) {
    return client.execute(EvaluateAction.INSTANCE, request).actionGet();
  }

  private double recallOutside(String field) {
    double recall = 0;
    for (float[] query : queries()) {
      Set<Integer> missed = new HashSet<>(exact(query));
      hits(nearest(coordinator(), INDEX, field, query, K).get())
          .forEach(hit -> missed.remove(hit.id()));
      recall += (K - missed.size()) / (double) K / queries().size();
    }
    return recall;
  }

  public void testManyShardsWithReplicasAndDeletes() {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 3, 1);
    indexWithHistory(1200);
    for (Client client : List.of(coordinator(), dataNodeClient())) {
      EvaluateResponse response = evaluate(client, request(SCAN));
      assertEquals(3, response.getSuccessfulShards());
      Evaluation evaluation = response.evaluation();
      assertEquals(acknowledged.size(), evaluation.fieldFacts().vectors());
      // Codes of 8 bits are searched without rescoring, and merged by what they estimate.
      assertTrue(
          evaluation.toString(), evaluation.settings().getFirst().measuredRecall().recall() >= .9);
      assertEquals(K * queries().size(), evaluation.exactScan().scoreError().neighbors());
    }
    Evaluation graph =
        evaluate(coordinator(), request(GRAPH).rescores(List.of(Rescore.ON))).evaluation();
    for (SettingResult setting : graph.settings()) {
      assertEquals(graph.toString(), 1, setting.measuredRecall().ceiling(), .02);
      assertEquals(graph.toString(), recallOutside(GRAPH), setting.measuredRecall().recall(), .02);
    }
    Evaluation sampled =
        evaluate(coordinator(), new EvaluateRequest(INDEX).field(SCAN).sample(50).k(K))
            .evaluation();
    assertEquals(50, sampled.queriesAsked().evaluated());
    assertTrue(sampled.toString(), sampled.settings().getFirst().measuredRecall().recall() >= .9);
  }

  /** Segments choose their bits, and of one shard there is none. */
  public void testShardsThatChooseTheirBits() {
    startCluster(1, 2);
    assertAcked(
        prepareCreate("auto")
            .setSettings(
                Settings.builder()
                    .put("index.quantized_vector", true)
                    .put("index.number_of_shards", 2)
                    .put("index.number_of_replicas", 0))
            .setMapping(
                "{\"properties\": {\"v\": {\"type\": \"quantized_vector\", \"dimension\": 4,"
                    + " \"precision\": \"auto\"}}}"));
    for (int id = 0; id < 50; id++) {
      client()
          .prepareIndex("auto")
          .setRouting("one")
          .setSource(Map.of("v", List.of(id, 1, id % 7, id % 3)))
          .get();
    }
    refresh("auto");
    Evaluation evaluation =
        evaluate(coordinator(), new EvaluateRequest("auto").sample(20)).evaluation();
    assertEquals(50, evaluation.fieldFacts().vectors());
    assertEquals(20, evaluation.queriesAsked().evaluated());
    assertTrue(evaluation.toString(), evaluation.settings().getFirst().search().isDefault());
    assertTrue(evaluation.toString(), evaluation.settings().getFirst().search().candidates() > 0);
  }

  public void testShardsThatAreLostAreToldAndLeftOut() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 4, 0);
    index(client(), 0, 400);
    refresh(INDEX);
    String lost = nodeOf(INDEX, true);
    internalCluster().stopRandomNode(InternalTestCluster.nameFilter(lost));
    EvaluateResponse response = evaluate(coordinator(), request(SCAN));
    assertEquals(4, response.getTotalShards());
    assertTrue(response.getFailedShards() > 0 && response.getFailedShards() < 4);
    assertEquals(response.getFailedShards(), response.getShardFailures().length);
    assertEquals(INDEX, response.getShardFailures()[0].index());
    assertTrue(response.evaluation().fieldFacts().vectors() < 400);
    assertEquals(queries().size(), response.evaluation().queriesAsked().evaluated());
    assertTrue(response.evaluation().settings().getFirst().measuredRecall().recall() >= .9);
  }

  public void testACopyThatIsLostIsReplacedByAnother() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 2, 1);
    index(client(), 0, 400);
    refresh(INDEX);
    internalCluster().stopRandomDataNode();
    EvaluateResponse response = evaluate(coordinator(), request(SCAN));
    assertEquals(response.toString(), 0, response.getFailedShards());
    assertEquals(400, response.evaluation().fieldFacts().vectors());
  }

  public void testANodeThatHangs() {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 1, 0);
    AtomicBoolean asked = new AtomicBoolean();
    for (TransportService transport : internalCluster().getInstances(TransportService.class)) {
      ((MockTransportService) transport)
          .addSendBehavior(
              (connection, requestId, action, request, options) -> {
                if (action.startsWith(EvaluateAction.NAME)) {
                  asked.set(true);
                } else {
                  connection.sendRequest(requestId, action, request, options);
                }
              });
    }
    // On a slow machine the time may be over before a node is asked.
    Exception ended = null;
    for (int seconds = 1; !asked.get(); seconds *= 2) {
      EvaluateRequest request = request(SCAN).timeout(TimeValue.timeValueSeconds(seconds));
      ended = expectThrows(Exception.class, () -> evaluate(coordinator(), request));
    }
    assertTrue(ended.toString(), ended instanceof OpenSearchTimeoutException);
  }

  public void testShardsThatMoveMeanwhile() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 1, 0);
    index(client(), 0, 400);
    refresh(INDEX);
    AtomicBoolean moved = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    AtomicReference<Throwable> error = new AtomicReference<>();
    Thread evaluating =
        new Thread(
            () -> {
              try {
                while (!moved.get()) {
                  EvaluateResponse response = evaluate(coordinator(), request(SCAN));
                  assertEquals(response.toString(), 0, response.getFailedShards());
                  assertEquals(400, response.evaluation().fieldFacts().vectors());
                  assertEquals(queries().size(), response.evaluation().queriesAsked().evaluated());
                  done.incrementAndGet();
                }
              } catch (Throwable t) {
                error.set(t);
              }
            });
    evaluating.start();
    try {
      for (int i = 0; i < 4; i++) {
        int before = done.get();
        moveShard(INDEX);
        eventually(() -> assertTrue(done.get() > before || error.get() != null));
      }
    } finally {
      moved.set(true);
      evaluating.join();
    }
    assertNull(String.valueOf(error.get()), error.get());
  }
}
