/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.activity.SearchTotals;
import io.quantvec.plugin.node.QuantvecNode;
import io.quantvec.plugin.stats.FieldStats;
import io.quantvec.plugin.stats.MetricsAction;
import io.quantvec.plugin.stats.MetricsRequest;
import io.quantvec.plugin.stats.MetricsResponse;
import io.quantvec.plugin.stats.NodeMetrics;
import io.quantvec.plugin.stats.SegmentStats;
import io.quantvec.plugin.stats.ShardStats;
import io.quantvec.plugin.stats.ShardStatsReader;
import io.quantvec.plugin.stats.StatsAction;
import io.quantvec.plugin.stats.StatsRequest;
import io.quantvec.plugin.stats.StatsResponse;
import io.quantvec.plugin.warmup.ShardWarmup;
import io.quantvec.plugin.warmup.WarmupAction;
import io.quantvec.plugin.warmup.WarmupRequest;
import io.quantvec.plugin.warmup.WarmupResponse;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.index.Index;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.IndexService;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.indices.replication.common.ReplicationType;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.store.MockFSIndexStore;

/** What stats say, as seen from a node that has none of the shards. */
public class StatsTests extends VectorClusterTestCase {

  /** Among them the test framework's directory, whose settings are known only where it is. */
  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
    plugins.add(MockFSIndexStore.TestPlugin.class);
    return plugins;
  }

  private static StatsResponse stats(String... indices) {
    return stats(StatsRequest.Level.FIELDS, indices);
  }

  /** Asks until every segment was measured: the first look at a segment may find no time for it. */
  private static StatsResponse stats(StatsRequest.Level level, String... indices) {
    for (int i = 0; ; i++) {
      StatsResponse response =
          coordinator().execute(StatsAction.INSTANCE, new StatsRequest(level, indices)).actionGet();
      int unmeasured = 0;
      for (ShardStats shard : response.shards()) {
        for (FieldStats field : shard.fields().values()) {
          unmeasured += field.unmeasuredSegments();
        }
      }
      if (unmeasured == 0) {
        return response;
      }
      assertTrue(unmeasured + " segments are never measured", i < 100);
    }
  }

  public void testCopiesAreSummedAndPrimariesTold() {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 2, 1);
    indexWithHistory(400);
    flushAndRefresh(INDEX);
    StatsResponse response = stats(INDEX);
    assertEquals(4, response.getTotalShards());
    assertEquals(4, response.getSuccessfulShards());
    FieldStats primaries = response.fields(INDEX, true).get(SCAN);
    FieldStats total = response.fields(INDEX, false).get(SCAN);
    assertTrue(primaries.vectors() >= acknowledged.size());
    assertEquals(acknowledged.size(), primaries.vectors() - primaries.deleted());
    assertEquals(2 * acknowledged.size(), total.vectors() - total.deleted());
    // int8: a byte a dimension, and terms of 8.
    assertEquals(DIMENSION * primaries.vectors(), primaries.bytes().bytes().codes());
    assertEquals(8 * primaries.vectors(), primaries.bytes().bytes().corrections());
    assertEquals(4L * DIMENSION * primaries.vectors(), primaries.bytes().bytes().rerankCopy());
    assertEquals(8, primaries.bits(), 0);
    assertTrue(primaries.scoreErrors().toString(), primaries.scoreErrors().rootMeanSquare() > 0);
    assertTrue(primaries.scoreErrors().percentile(0.99) > primaries.scoreErrors().rootMeanSquare());
    assertTrue(primaries.writes().flushes() > 0);
    // Four bits lose more than eight.
    FieldStats graph = response.fields(INDEX, true).get(GRAPH);
    assertTrue(graph.scoreErrors().rootMeanSquare() > 4 * primaries.scoreErrors().rootMeanSquare());
    assertTrue(graph.scoreErrors().relative() < 0.5);
  }

  public void testSearchesAreCounted() {
    startCluster(1, 1);
    createIndexes(ReplicationType.DOCUMENT, 2, 0);
    index(client(), 0, 100);
    refresh(INDEX);
    assertEquals(SearchTotals.NONE, stats(INDEX).fields(INDEX, false).get(SCAN).searches());
    for (float[] query : queries()) {
      nearest(client(), INDEX, SCAN, query, K).get();
    }
    SearchTotals searches = stats(INDEX).fields(INDEX, false).get(SCAN).searches();
    assertEquals(2L * queries().size(), searches.searches());
    assertEquals(100L * queries().size(), searches.scored());
    assertEquals(0, searches.visited());
    assertTrue(searches.reranked() >= (long) K * queries().size());
    long bytes = searches.scored() * (DIMENSION + 8) + searches.reranked() * 4 * DIMENSION;
    assertEquals(bytes, searches.bytesRead());
    assertTrue(searches.nanos() > 0);
    assertEquals(SearchTotals.NONE, stats(INDEX).fields(INDEX, false).get(GRAPH).searches());
    // A shard that leaves takes its counts with it.
    assertAcked(client().admin().indices().prepareClose(INDEX));
    assertAcked(client().admin().indices().prepareOpen(INDEX));
    ensureGreen(INDEX);
    assertEquals(SearchTotals.NONE, stats(INDEX).fields(INDEX, false).get(SCAN).searches());
  }

  private void refreshOnlyWhenAsked() {
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings(INDEX)
            .setSettings(Settings.builder().put("index.refresh_interval", -1)));
  }

  public void testMergesAreCounted() {
    startCluster(1, 1);
    createIndexes(ReplicationType.DOCUMENT, 1, 0);
    // Else a refresh in the midst of the first bulk divides it: none of its parts is large enough
    // for the others to keep to its calibration.
    refreshOnlyWhenAsked();
    index(client(), 0, 1_200);
    flushAndRefresh(INDEX);
    index(client(), 1_200, 50);
    flushAndRefresh(INDEX);
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    refresh(INDEX);
    FieldStats field = stats(INDEX).fields(INDEX, true).get(SCAN);
    assertEquals(1, field.segments());
    assertEquals(field.writes().toString(), 1, field.writes().merges());
    assertEquals(1, field.writes().copied());
    assertEquals(1_250, field.writes().copiedVectors());
    assertEquals(0, field.writes().reencodedVectors());
  }

  public void testSegmentsAndTheirCalibrations() throws IOException {
    startCluster(1, 1);
    createIndexes(ReplicationType.DOCUMENT, 1, 0);
    index(client(), 0, 100);
    flushAndRefresh(INDEX);
    index(client(), 100, 50);
    flushAndRefresh(INDEX);
    StatsResponse response = stats(StatsRequest.Level.SEGMENTS, INDEX);
    ShardStats shard = response.shards().get(0);
    Set<String> names = new HashSet<>();
    int vectors = 0;
    for (SegmentStats segment : shard.segments().get(GRAPH)) {
      names.add(segment.identity().segment());
      vectors += segment.identity().vectors();
      assertTrue(segment.identity().writtenAt() > System.currentTimeMillis() - 3_600_000);
      assertTrue(shard.calibrations().containsKey(segment.provenance().calibrationId()));
      assertEquals("int4", segment.codes().precision());
      assertEquals(4, segment.codes().bits(), 0);
      assertEquals(1, segment.scoreErrors().segments());
    }
    assertEquals(shard.fields().get(GRAPH).segments(), names.size());
    assertEquals(150, vectors);
    XContentBuilder json = XContentFactory.jsonBuilder();
    response.toXContent(json, ToXContent.EMPTY_PARAMS);
    assertTrue(json.toString(), json.toString().contains("\"by_segment\":{\"_0\":"));
    assertTrue(stats(INDEX).shards().get(0).segments().isEmpty());
  }

  public void testBitsThatWereChosenAreTold() {
    startCluster(1, 1);
    assertAcked(
        prepareCreate(CONTROL).setSettings(Settings.builder().put("number_of_replicas", 0)));
    assertAcked(
        prepareCreate(INDEX)
            .setSettings(
                Settings.builder()
                    .put("index.quantized_vector", true)
                    .put("index.number_of_shards", 1)
                    .put("index.number_of_replicas", 0))
            .setMapping(
                "{\"properties\": {\"scan\": {\"type\": \"quantized_vector\", \"dimension\": 16,"
                    + " \"precision\": \"auto\", \"target_recall\": 0.9},"
                    + " \"graph\": {\"type\": \"quantized_vector\", \"dimension\": 16}}}"));
    index(client(), 0, 1_200);
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    refresh(INDEX);
    ShardStats shard = stats(StatsRequest.Level.SEGMENTS, INDEX).shards().get(0);
    SegmentStats chosen = shard.segments().get(SCAN).get(0);
    assertEquals("auto", chosen.codes().precision());
    assertEquals(0.9, chosen.codes().targetRecall(), 1e-6);
    assertTrue(chosen.toString(), chosen.codes().expectedRecall() >= 0.9);
    assertTrue(chosen.toString(), chosen.codes().bits() >= 0.5 && chosen.codes().bits() < 8);
    SegmentStats given = shard.segments().get(GRAPH).get(0);
    assertTrue(
        Double.isNaN(given.codes().targetRecall()) && Double.isNaN(given.codes().expectedRecall()));
  }

  /** What is told of codes is read off codes: not what was noted when they were written. */
  public void testErrorRisesWithCodesThatAreDamaged() throws Exception {
    startCluster(1, 1);
    assertAcked(
        prepareCreate(INDEX)
            .setSettings(
                Settings.builder()
                    .put("index.quantized_vector", true)
                    .put("index.number_of_shards", 1)
                    .put("index.number_of_replicas", 0)
                    .put("index.compound_format", false)
                    // The damage is on purpose. The shard of the closed index, which goes when the
                    // index opens, would find it and fail the test by chance.
                    .put(MockFSIndexStore.INDEX_CHECK_INDEX_ON_CLOSE_SETTING.getKey(), false))
            .setMapping(
                "{\"properties\": {\"scan\": {\"type\": \"quantized_vector\", \"dimension\": 16,"
                    + " \"precision\": \"int8\", \"method\": {\"name\": \"flat\"}},"
                    + " \"graph\": {\"type\": \"quantized_vector\", \"dimension\": 16}}}"));
    assertAcked(
        prepareCreate(CONTROL).setSettings(Settings.builder().put("number_of_replicas", 0)));
    index(client(), 0, 200);
    flushAndRefresh(INDEX);
    index(client(), 200, 100);
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    flushAndRefresh(INDEX);
    FieldStats before = stats(INDEX).fields(INDEX, true).get(SCAN);
    Path folder = shardOf(INDEX).shardPath().resolveIndex();
    assertAcked(client().admin().indices().prepareClose(INDEX));
    corruptCodes(folder);
    assertAcked(client().admin().indices().prepareOpen(INDEX));
    ensureGreen(INDEX);
    FieldStats after = stats(INDEX).fields(INDEX, true).get(SCAN);
    double errorBefore = before.scoreErrors().rootMeanSquare();
    double errorAfter = after.scoreErrors().rootMeanSquare();
    assertTrue(errorBefore + " became " + errorAfter, errorAfter > 5 * errorBefore);
    assertTrue(after.scoreErrors().percentile(0.99) > before.scoreErrors().percentile(0.99));
    // What was noted is the same.
    assertEquals(before.codeError(), after.codeError(), 0);
  }

  private static IndexShard shardOf(String name) {
    Index index = resolveIndex(name);
    String node = internalCluster().getDataNodeNames().iterator().next();
    IndexService service =
        internalCluster().getInstance(IndicesService.class, node).indexServiceSafe(index);
    return service.getShard(new ShardId(index, 0).id());
  }

  private static void corruptCodes(Path folder) throws IOException {
    int changed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.qvc")) {
      for (Path file : files) {
        byte[] bytes = Files.readAllBytes(file);
        // Headers and footers stay as they are.
        for (int i = 128; i < bytes.length - 128; i += 3) {
          bytes[i] ^= 0x2A;
          changed++;
        }
        Files.write(file, bytes);
      }
    }
    assertTrue("no codes in files of their own", changed > 0);
  }

  public void testMetricsAreFlatAndOfEachNode() {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 2, 0);
    index(client(), 0, 200);
    refresh(INDEX);
    nearest(client(), INDEX, SCAN, vector(7), K).get();
    MetricsResponse response =
        coordinator().execute(MetricsAction.INSTANCE, new MetricsRequest()).actionGet();
    double vectors = 0;
    double searches = 0;
    for (NodeMetrics metrics : response.getNodes()) {
      vectors += metrics.numbers().get("vectors");
      searches += metrics.numbers().get("searches");
      metrics.numbers().values().forEach(number -> assertTrue(Double.isFinite(number)));
    }
    // A manager, two nodes with data, and the one that is asked.
    assertEquals(4, response.getNodes().size());
    assertEquals(400, vectors, 0);
    assertEquals(2, searches, 0);
  }

  /** Whoever polls has all segments measured in the end, also on a machine that does much else. */
  public void testEveryLookMeasuresASegment() throws IOException {
    startCluster(1, 1);
    createIndexes(ReplicationType.DOCUMENT, 1, 0);
    // Else a merge in the background may change the segments between two looks.
    refreshOnlyWhenAsked();
    for (int i = 0; i < 3; i++) {
      index(client(), 100 * i, 100);
      flushAndRefresh(INDEX);
    }
    AtomicLong clock = new AtomicLong();
    ShardStatsReader reader =
        new ShardStatsReader(
            new QuantvecNode(), () -> clock.addAndGet(TimeValue.timeValueSeconds(1).nanos()));
    int segments = 0;
    for (int look = 1; look == 1 || look <= segments; look++) {
      int measured = 0;
      segments = 0;
      for (FieldStats field : reader.read(shardOf(INDEX), false, false).fields().values()) {
        measured += field.segments() - field.unmeasuredSegments();
        segments += field.segments();
      }
      assertEquals(look, measured);
    }
    assertTrue("" + segments, segments > 1);
  }

  public void testUnassignedCopiesAreToldOf() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 2, 0);
    index(client(), 0, 100);
    refresh(INDEX);
    internalCluster().stopRandomDataNode();
    ensureStableCluster(3);
    StatsResponse response = stats(INDEX);
    assertEquals(2, response.getTotalShards());
    assertEquals(1, response.getSuccessfulShards());
    assertEquals(1, response.shards().size());
  }

  public void testWarmupReadsWhatStatsCallHot() {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 2, 1);
    index(client(), 0, 3_000);
    refresh(INDEX);
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    refresh(INDEX);
    WarmupResponse response =
        coordinator().execute(WarmupAction.INSTANCE, new WarmupRequest(INDEX)).actionGet();
    assertEquals(4, response.shards().size());
    long codes = 0;
    long graph = 0;
    for (ShardWarmup shard : response.shards()) {
      codes += shard.codes();
      graph += shard.graph();
      assertTrue(shard.nanos() > 0);
    }
    FieldStats all = new FieldStats();
    stats(INDEX).fields(INDEX, false).values().forEach(all::add);
    assertEquals(all.bytes().bytes().codes() + all.bytes().bytes().corrections(), codes);
    assertEquals(all.bytes().bytes().graph(), graph);
    assertTrue("no graph", graph > 0);
  }

  /** A shard that moves is asked where it is; a copy that is gone is a failure, not an error. */
  public void testPollingWhileAShardMoves() throws Exception {
    startCluster(1, 2);
    createIndexes(ReplicationType.DOCUMENT, 1, 0);
    indexWithHistory(400);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger polls = new AtomicInteger();
    Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    Thread polling =
        new Thread(
            () -> {
              while (!over.get()) {
                try {
                  StatsResponse stats =
                      coordinator()
                          .execute(
                              StatsAction.INSTANCE,
                              new StatsRequest(StatsRequest.Level.SEGMENTS, INDEX))
                          .actionGet();
                  int told = stats.getSuccessfulShards() + stats.getFailedShards();
                  assertTrue("" + told, told <= stats.getTotalShards());
                  coordinator().execute(MetricsAction.INSTANCE, new MetricsRequest()).actionGet();
                  coordinator()
                      .execute(WarmupAction.INSTANCE, new WarmupRequest(INDEX))
                      .actionGet();
                  polls.incrementAndGet();
                } catch (RuntimeException | AssertionError e) {
                  errors.add(e);
                }
              }
            });
    polling.start();
    try {
      for (int i = 0; i < 4; i++) {
        int before = polls.get();
        moveShard(INDEX);
        eventually(() -> assertTrue(polls.get() > before || !errors.isEmpty()));
      }
    } finally {
      over.set(true);
      polling.join();
    }
    assertEquals(errors.toString(), 0, errors.size());
    StatsResponse after = stats(INDEX);
    assertEquals(1, after.getSuccessfulShards());
    FieldStats field = after.fields(INDEX, true).get(SCAN);
    assertEquals(acknowledged.size(), field.vectors() - field.deleted());
  }
}
