/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.sample.SampleAction;
import io.quantvec.plugin.sample.SampleRequest;
import io.quantvec.plugin.sample.SampleResponse;
import io.quantvec.plugin.sample.Sampled;
import io.quantvec.plugin.vector.SpaceType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.action.admin.indices.alias.IndicesAliasesRequest.AliasActions;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.indices.replication.common.ReplicationType;
import org.opensearch.test.InternalTestCluster;
import org.opensearch.transport.client.Client;

/** Samples of a field's vectors over all shards. */
public class SampleTests extends VectorClusterTestCase {

  private static SampleResponse sample(Client client, String index, String field, int size) {
    return client
        .execute(SampleAction.INSTANCE, new SampleRequest(new String[] {index}, field, size, 7))
        .actionGet();
  }

  static void assertBreakersFree() throws Exception {
    eventually(
        () -> {
          InternalTestCluster cluster = internalCluster();
          for (CircuitBreakerService breakers : cluster.getInstances(CircuitBreakerService.class)) {
            assertEquals(0, breakers.getBreaker(CircuitBreaker.REQUEST).getUsed());
          }
        });
  }

  public void testGivesEveryLiveVectorOnce() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 3, 1);
    indexWithHistory(300);
    SampleResponse all = sample(coordinator(), INDEX, SCAN, 1_000);
    assertEquals(0, all.getFailedShards());
    assertEquals(3, all.getTotalShards());
    assertEquals(DIMENSION, all.dimension());
    assertEquals(SpaceType.L2, all.spaceType());
    assertEquals(acknowledged.size(), all.liveVectors());
    Set<Integer> ids = new HashSet<>();
    for (Sampled sampled : all.vectors()) {
      int id = Integer.parseInt(sampled.id());
      assertTrue("twice " + id, ids.add(id));
      assertArrayEquals(vector(id), sampled.vector(), 0);
    }
    assertEquals(acknowledged, ids);
    assertBreakersFree();
  }

  public void testTakesFromShardsInProportionAndRepeats() {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 4, 0);
    indexWithHistory(2_000);
    SampleResponse some = sample(coordinator(), INDEX, GRAPH, 400);
    assertEquals(400, some.vectors().size());
    assertEquals(acknowledged.size(), some.liveVectors());
    Set<String> ids = new HashSet<>();
    Map<Integer, Integer> clusters = new HashMap<>();
    for (Sampled sampled : some.vectors()) {
      assertTrue(ids.add(sampled.id()));
      assertTrue(acknowledged.contains(Integer.valueOf(sampled.id())));
      clusters.merge(Integer.parseInt(sampled.id()) / 500, 1, Integer::sum);
    }
    // Of 400 in 1,800, a quarter of 500 has 111 and a deviation of 8; the first has 300 left.
    for (int quarter = 1; quarter < 4; quarter++) {
      assertEquals(111, clusters.get(quarter), 45);
    }
    assertEquals(67, clusters.get(0), 40);
    List<String> order = some.vectors().stream().map(Sampled::id).toList();
    assertEquals(
        order, sample(client(), INDEX, GRAPH, 400).vectors().stream().map(Sampled::id).toList());
    SampleRequest otherSeed = new SampleRequest(new String[] {INDEX}, GRAPH, 400, 8);
    assertNotEquals(
        ids,
        new HashSet<>(
            client().execute(SampleAction.INSTANCE, otherSeed).actionGet().vectors().stream()
                .map(Sampled::id)
                .toList()));
  }

  public void testNestedVectorsHaveTheRootsId() {
    startCluster(1, 1);
    assertAcked(
        prepareCreate("nested")
            .setSettings(
                Settings.builder()
                    .put("index.number_of_shards", 2)
                    .put("index.number_of_replicas", 0)
                    .put("index.quantized_vector", true))
            .setMapping(
                "{\"properties\": {\"n\": {\"type\": \"integer\"}, \"parts\": {\"type\":"
                    + " \"nested\", \"properties\": {\"v\": {\"type\": \"quantized_vector\","
                    + " \"dimension\": 16, \"space_type\": \"cosinesimil\"}}}}}"));
    for (int id = 0; id < 20; id++) {
      client()
          .prepareIndex("nested")
          .setId("" + id)
          .setSource(
              "{\"n\": "
                  + id
                  + ", \"parts\": [{\"v\": "
                  + Arrays.toString(vector(2 * id))
                  + "}, {\"v\": "
                  + Arrays.toString(vector(2 * id + 1))
                  + "}]}",
              XContentType.JSON)
          .get();
    }
    client().prepareDelete("nested", "3").get();
    refresh("nested");
    client()
        .admin()
        .indices()
        .prepareAliases()
        .addAliasAction(
            AliasActions.add()
                .index("nested")
                .alias("few")
                .filter(QueryBuilders.rangeQuery("n").lt(5)))
        .get();
    for (String name : List.of("nested", "few")) {
      SampleResponse response = sample(coordinator(), name, "parts.v", 100);
      int roots = name.equals("few") ? 4 : 19;
      assertEquals(name, 2 * roots, response.liveVectors());
      assertEquals(name, 2 * roots, response.vectors().size());
      Map<String, Integer> perRoot = new HashMap<>();
      for (Sampled sampled : response.vectors()) {
        perRoot.merge(sampled.id(), 1, Integer::sum);
        int id = 2 * Integer.parseInt(sampled.id());
        assertTrue(
            Arrays.equals(vector(id), sampled.vector())
                || Arrays.equals(vector(id + 1), sampled.vector()));
      }
      assertEquals(name, roots, perRoot.size());
      assertTrue(perRoot.values().stream().allMatch(count -> count == 2));
    }
  }

  public void testRefusesWhatCannotBeSampled() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 2, 0);
    SampleResponse empty = sample(coordinator(), INDEX, SCAN, 10);
    assertEquals(0, empty.liveVectors());
    assertEquals(List.of(), empty.vectors());
    assertEquals(DIMENSION, empty.dimension());
    for (String[] wrong :
        new String[][] {
          {INDEX, "other", "index [vectors] has no field [other], expected one of type"},
          {CONTROL, "n", "index [control] has a field [n] of type [float], expected one of type"},
          {"*", SCAN, "index [control] has no field [scan], expected one of type"},
          {"none*", SCAN, "[none*], which matches no index"},
        }) {
      Exception e =
          expectThrows(
              IllegalArgumentException.class, () -> sample(coordinator(), wrong[0], wrong[1], 10));
      assertTrue(e.getMessage(), e.getMessage().contains(wrong[2]));
    }
    indexWithHistory(100);
    client()
        .admin()
        .cluster()
        .prepareUpdateSettings()
        .setTransientSettings(Settings.builder().put("indices.breaker.request.limit", "1kb"))
        .get();
    try {
      Exception e = expectThrows(Exception.class, () -> sample(coordinator(), INDEX, SCAN, 100));
      assertTrue(e.toString(), e.toString().contains("Data too large"));
    } finally {
      client()
          .admin()
          .cluster()
          .prepareUpdateSettings()
          .setTransientSettings(Settings.builder().putNull("indices.breaker.request.limit"))
          .get();
    }
    assertBreakersFree();
  }

  public void testReportsShardsThatAreAway() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 2, 0);
    indexWithHistory(200);
    String away = nodeOf(INDEX, true);
    internalCluster().stopRandomNode(InternalTestCluster.nameFilter(away));
    SampleResponse part = sample(coordinator(), INDEX, SCAN, 1_000);
    assertEquals(2, part.getTotalShards());
    assertEquals(1, part.getFailedShards());
    assertEquals(INDEX, part.getShardFailures()[0].index());
    assertEquals(0, part.getShardFailures()[0].shardId());
    assertTrue(part.liveVectors() > 0 && part.liveVectors() < acknowledged.size());
    assertEquals(part.liveVectors(), part.vectors().size());
  }

  /** A primary that moves is asked where it was or where it is, and never missed. */
  public void testSamplesWhileAShardMoves() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 1, 0);
    indexWithHistory(400);
    AtomicBoolean moved = new AtomicBoolean();
    AtomicInteger samples = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread sampling =
        new Thread(
            () -> {
              try {
                while (!moved.get()) {
                  SampleResponse response = sample(coordinator(), INDEX, GRAPH, 50);
                  assertEquals(0, response.getFailedShards());
                  assertEquals(acknowledged.size(), response.liveVectors());
                  assertEquals(50, response.vectors().size());
                  samples.incrementAndGet();
                }
              } catch (Throwable t) {
                failure.set(t);
              }
            });
    sampling.start();
    try {
      for (int i = 0; i < 4; i++) {
        int before = samples.get();
        moveShard(INDEX);
        eventually(() -> assertTrue(samples.get() > before + 2 || failure.get() != null));
      }
    } finally {
      moved.set(true);
      sampling.join();
    }
    if (failure.get() != null) {
      throw new AssertionError("after " + samples + " samples", failure.get());
    }
  }
}
