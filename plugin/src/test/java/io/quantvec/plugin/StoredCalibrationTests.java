/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.calibration.CalibrationResponse;
import io.quantvec.plugin.calibration.CreateCalibrationAction;
import io.quantvec.plugin.calibration.CreateCalibrationRequest;
import io.quantvec.plugin.calibration.GetCalibrationsAction;
import io.quantvec.plugin.calibration.GetCalibrationsRequest;
import io.quantvec.plugin.calibration.TransportCreateCalibrationAction;
import io.quantvec.plugin.calibration.store.CalibrationVersion;
import io.quantvec.plugin.calibration.store.NodeCalibrations;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksResponse;
import org.opensearch.action.admin.indices.create.CreateIndexResponse;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/** Stored calibrations in a cluster: learned, used by segments, kept, and deleted. */
public class StoredCalibrationTests extends CalibrationClusterTestCase {

  public void testSegmentsShareItFromTheFirstFlushOnAndMergesCopy() throws Exception {
    startCluster(1, 2);
    create("source", 2, 0, ", 'precision': 'int2'");
    add("source", 0, 600);
    CalibrationResponse learned =
        learn(coordinator(), "texts", "{\"index\": \"source\", \"field\": \"v\"}");
    assertTrue(learned.isAcknowledged());
    assertTrue(learned.isNew());
    CalibrationVersion version = learned.version();
    assertEquals(600, version.summary().sampleSize());
    assertEquals("klt", version.summary().transform());
    assertEquals("[precision: int2], [allocation: mixed]", version.spec().toString());
    assertTrue(version.summary().expectedError() > 0 && version.summary().expectedError() < 0.5);

    create("target", 2, 1, ", 'calibration': {'mode': 'static', 'name': 'texts'}");
    Map<?, ?> mapped =
        (Map<?, ?>)
            ((Map<?, ?>)
                    client()
                        .admin()
                        .indices()
                        .prepareGetMappings("target")
                        .get()
                        .getMappings()
                        .get("target")
                        .sourceAsMap()
                        .get("properties"))
                .get("v");
    assertEquals("int2", mapped.get("precision"));
    assertEquals(
        Map.of("mode", "static", "name", "texts", "id", version.id()), mapped.get("calibration"));
    // Of twenty vectors nothing could be learned.
    for (int flush = 0; flush < 4; flush++) {
      add("target", 20 * flush, 20);
      flush("target");
    }
    assertEquals(Set.of(version.id()), ids("target"));
    for (SegmentField segment : segments("target")) {
      assertEquals(CodeReason.STATIC, segment.provenance().reason());
      assertTrue("drift " + segment.driftRatio(), segment.driftRatio() > 0.3);
      assertTrue("drift " + segment.driftRatio(), segment.driftRatio() < 2);
    }
    client().admin().indices().prepareForceMerge("target").setMaxNumSegments(1).get();
    refresh("target");
    List<SegmentField> merged = segments("target");
    assertEquals(4, merged.size());
    for (SegmentField segment : merged) {
      assertEquals(version.id(), segment.calibrationId());
      assertEquals(CodeOrigin.COPIED, segment.provenance().origin());
      assertEquals(segment.vectors(), segment.provenance().copied());
    }
    SampleTests.assertBreakersFree();
  }

  public void testEveryPrecisionCanBeUsed() throws Exception {
    startCluster(1, 1);
    create("source", 1, 0, "");
    add("source", 0, 300);
    for (String precision :
        List.of(
            "'precision': 'int8'",
            "'precision': 'int4'",
            "'precision': 'ternary'",
            "'precision': 'binary'",
            "'bits': 1.5",
            "'precision': 'binary', 'allocation': 'uniform'",
            "'precision': 'int4', 'method': 'percentile', 'percentile': 99")) {
      learn(
          client(),
          "one",
          ("{'index': 'source', 'field': 'v', 'sample_size': 200, " + precision + "}")
              .replace('\'', '"'));
      CalibrationVersion version = stored(client(), "one");
      assertEquals(precision, 200, version.summary().sampleSize());
      String index = "i" + version.id();
      create(index, 1, 0, ", 'calibration': {'mode': 'static', 'name': 'one'}");
      add(index, 0, 10);
      SegmentField segment = segments(index).get(0);
      assertEquals(version.id(), segment.calibrationId());
      assertEquals(version.spec().precision(), segment.config().precision());
      assertTrue(precision + segment.driftRatio(), segment.driftRatio() > 0);
    }
    assertEquals(
        7,
        client()
            .execute(GetCalibrationsAction.INSTANCE, new GetCalibrationsRequest("o*"))
            .actionGet()
            .byName()
            .get("one")
            .versions()
            .size());
  }

  public void testIsOnEveryNodeAndSurvivesARestart() throws Exception {
    startCluster(1, 2);
    create("source", 2, 0, ", 'precision': 'binary'");
    add("source", 0, 300);
    String body = "{\"index\": \"source\", \"field\": \"v\"}";
    String id = learn(coordinator(), "kept", body).version().id();
    for (Client client : internalCluster().getClients()) {
      assertEquals(id, stored(client, "kept").id());
    }
    // The same content under the name is the same version, whoever asks.
    for (Client client : internalCluster().getClients()) {
      assertFalse(learn(client, "kept", body).isNew());
    }
    create("target", 2, 1, ", 'calibration': {'mode': 'static', 'name': 'kept'}");
    add("target", 0, 30);
    // Half of the documents are in the translog only.
    flush("target");
    add("target", 30, 30);
    internalCluster().fullRestart();
    ensureGreen("source", "target");
    assertEquals(id, stored(client(), "kept").id());
    for (CircuitBreakerService breakers :
        internalCluster().getInstances(CircuitBreakerService.class)) {
      assertEquals(
          stored(client(), "kept").memory(),
          breakers.getBreaker(NodeCalibrations.BREAKER).getUsed());
    }
    add("target", 60, 30);
    assertEquals(Set.of(id), ids("target"));
    assertEquals(90, segments("target").stream().mapToInt(SegmentField::vectors).sum() / 2);
    // A node that comes later has it before it has a shard.
    internalCluster().startDataOnlyNode();
    client()
        .admin()
        .indices()
        .prepareUpdateSettings("target")
        .setSettings(Settings.builder().put("index.number_of_replicas", 2))
        .get();
    ensureGreen("target");
    add("target", 90, 30);
    assertEquals(Set.of(id), ids("target"));
  }

  public void testIsNotDeletedWhileItIsUsed() throws Exception {
    startCluster(1, 1);
    create("source", 1, 0, ", 'precision': 'int4'");
    add("source", 0, 300);
    learn(client(), "first", "{\"index\": \"source\", \"field\": \"v\"}");
    String old = stored(client(), "first").id();
    create("target", 1, 0, ", 'calibration': {'mode': 'static', 'name': 'first'}");
    add("target", 0, 10);
    add("source", 300, 300);
    learn(client(), "first", "{\"index\": \"source\", \"field\": \"v\"}");
    String next = stored(client(), "first").id();
    assertNotEquals(old, next);
    // What is mapped does not move by itself.
    add("target", 10, 10);
    assertEquals(Set.of(old), ids("target"));
    Exception used =
        expectThrows(IllegalArgumentException.class, () -> delete(coordinator(), "first"));
    assertTrue(used.getMessage(), used.getMessage().contains("is used by [target/v]"));
    assertTrue(
        expectThrows(ResourceNotFoundException.class, () -> delete(coordinator(), "none"))
            .getMessage()
            .contains("[none]"));
    // A mapping update moves it, to the newest one, and from it.
    assertAcked(
        client()
            .admin()
            .indices()
            .preparePutMapping("target")
            .setSource(
                mapping(", 'calibration': {'mode': 'static', 'name': 'first'}"),
                XContentType.JSON));
    add("target", 20, 10);
    assertEquals(Set.of(old, next), ids("target"));
    client().admin().indices().prepareForceMerge("target").setMaxNumSegments(1).get();
    refresh("target");
    assertEquals(Set.of(next), ids("target"));
    assertAcked(
        client()
            .admin()
            .indices()
            .preparePutMapping("target")
            .setSource(mapping(", 'calibration': {'mode': 'dynamic'}"), XContentType.JSON));
    delete(coordinator(), "first");
    add("target", 30, 10);
    assertEquals(
        CodeReason.FIRST,
        segments("target").get(segments("target").size() - 1).provenance().reason());
    Exception e =
        expectThrows(
            Exception.class,
            () -> create("other", 1, 0, ", 'calibration': {'mode': 'static', 'name': 'first'}"));
    assertTrue(message(e), message(e).contains("[calibration.name: first], expected one of []"));
  }

  public void testSnapshotsWithAndWithoutTheGlobalState() throws Exception {
    startCluster(1, 1);
    create("source", 1, 0, ", 'precision': 'int4'");
    add("source", 0, 300);
    learn(client(), "kept", "{\"index\": \"source\", \"field\": \"v\"}");
    String id = stored(client(), "kept").id();
    create("target", 1, 0, ", 'calibration': {'mode': 'static', 'name': 'kept'}");
    add("target", 0, 50);
    assertAcked(
        client()
            .admin()
            .cluster()
            .preparePutRepository(REPOSITORY)
            .setType("fs")
            .setSettings(Settings.builder().put("location", randomRepoPath())));
    client()
        .admin()
        .cluster()
        .prepareCreateSnapshot(REPOSITORY, "all")
        .setIndices("target")
        .setIncludeGlobalState(true)
        .setWaitForCompletion(true)
        .get();
    assertAcked(client().admin().indices().prepareDelete("target", "source"));
    delete(client(), "kept");
    restore(false);
    // Searches go on, and documents do not.
    assertEquals(
        50, client().prepareSearch("target").setSize(0).get().getHits().getTotalHits().value());
    BulkResponse refused = tryToAdd("target", 100, 1);
    assertTrue(refused.hasFailures());
    String failure = refused.buildFailureMessage();
    assertTrue(failure, failure.contains("the calibration [kept] with the id [" + id + "]"));
    assertTrue(failure, failure.contains("is not stored in this cluster"));
    assertEquals(400, refused.getItems()[0].status().getStatus());
    client().admin().indices().prepareForceMerge("target").setMaxNumSegments(1).get();
    assertEquals(Set.of(id), ids("target"));
    assertAcked(client().admin().indices().prepareDelete("target"));
    restore(true);
    assertEquals(id, stored(coordinator(), "kept").id());
    add("target", 100, 10);
    assertEquals(Set.of(id), ids("target"));
  }

  private void restore(boolean globalState) {
    assertEquals(
        0,
        client()
            .admin()
            .cluster()
            .prepareRestoreSnapshot(REPOSITORY, "all")
            .setRestoreGlobalState(globalState)
            .setWaitForCompletion(true)
            .get()
            .getRestoreInfo()
            .failedShards());
    ensureGreen("target");
  }

  public void testRefusesWhatDoesNotFit() throws Exception {
    startCluster(1, 1);
    create("source", 1, 0, ", 'precision': 'int4'");
    add("source", 0, 300);
    assertAcked(
        client()
            .admin()
            .cluster()
            .prepareUpdateSettings()
            .setTransientSettings(
                Settings.builder().put("plugins.quantized_vector.calibrations.max_bytes", "10kb")));
    String body = "{\"index\": \"source\", \"field\": \"v\"}";
    for (CircuitBreakerService breakers :
        internalCluster().getInstances(CircuitBreakerService.class)) {
      assertEquals(10 << 10, breakers.getBreaker(NodeCalibrations.BREAKER).getLimit());
    }
    Exception full =
        expectThrows(IllegalArgumentException.class, () -> learn(coordinator(), "one", body));
    assertTrue(
        full.getMessage(),
        full.getMessage()
            .contains("[plugins.quantized_vector.calibrations.max_bytes], which is" + " [10kb]"));
    assertAcked(
        client()
            .admin()
            .cluster()
            .prepareUpdateSettings()
            .setTransientSettings(
                Settings.builder().putNull("plugins.quantized_vector.calibrations.max_bytes")));
    learn(coordinator(), "one", body);

    create("auto", 1, 0, ", 'precision': 'auto'");
    add("auto", 0, 300);
    for (String chosen :
        List.of(
            "{'index': 'auto', 'field': 'v'}",
            "{'index': 'source', 'field': 'v', 'precision': 'auto'}")) {
      Exception refused =
          expectThrows(
              IllegalArgumentException.class,
              () -> learn(coordinator(), "two", chosen.replace('\'', '"')));
      assertTrue(refused.getMessage(), refused.getMessage().contains("[precision: auto]"));
    }
    learn(client(), "two", "{\"index\": \"auto\", \"field\": \"v\", \"precision\": \"int4\"}");
    SampleTests.assertBreakersFree();
  }

  /**
   * What was acknowledged is there again whatever has become of the calibration meanwhile: here it
   * is replaced with those of a snapshot.
   */
  public void testAcknowledgedDocumentsOutliveTheCalibration() throws Exception {
    startCluster(1, 2);
    create("source", 1, 0, ", 'precision': 'int4'");
    add("source", 0, 300);
    assertAcked(
        client()
            .admin()
            .cluster()
            .preparePutRepository(REPOSITORY)
            .setType("fs")
            .setSettings(Settings.builder().put("location", randomRepoPath())));
    learn(client(), "other", "{\"index\": \"source\", \"field\": \"v\", \"bits\": 2.5}");
    client()
        .admin()
        .cluster()
        .prepareCreateSnapshot(REPOSITORY, "before")
        .setIndices("source")
        .setIncludeGlobalState(true)
        .setWaitForCompletion(true)
        .get();
    learn(client(), "gone", "{\"index\": \"source\", \"field\": \"v\"}");
    create("target", 1, 0, ", 'calibration': {'mode': 'static', 'name': 'gone'}");
    // In no commit: a node that stops would make one.
    add("target", 0, 50);
    assertAcked(client().admin().indices().prepareDelete("source"));
    client()
        .admin()
        .cluster()
        .prepareRestoreSnapshot(REPOSITORY, "before")
        .setRestoreGlobalState(true)
        .setWaitForCompletion(true)
        .get();
    expectThrows(ResourceNotFoundException.class, () -> stored(client(), "gone"));
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings("target")
            .setSettings(Settings.builder().put("index.number_of_replicas", 1)));
    ensureGreen("target");
    refresh("target");
    assertEquals(100, segments("target").stream().mapToInt(SegmentField::vectors).sum());
    internalCluster().fullRestart();
    ensureGreen("target");
    refresh("target");
    assertEquals(100, segments("target").stream().mapToInt(SegmentField::vectors).sum());
    assertTrue(tryToAdd("target", 100, 1).hasFailures());
    assertAcked(
        client()
            .admin()
            .indices()
            .preparePutMapping("target")
            .setSource(mapping(", 'calibration': {'mode': 'dynamic'}"), XContentType.JSON));
    add("target", 100, 10);
  }

  public void testLearningCanBeCancelled() throws Exception {
    startCluster(1, 1);
    create("source", 1, 0, ", 'precision': 'int4'");
    add("source", 0, 300);
    CountDownLatch busy = new CountDownLatch(1);
    for (ThreadPool pool : internalCluster().getInstances(ThreadPool.class)) {
      pool.executor(TransportCreateCalibrationAction.POOL)
          .execute(
              () -> {
                try {
                  busy.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
    }
    ActionFuture<CalibrationResponse> learning;
    try {
      learning =
          coordinator()
              .execute(
                  CreateCalibrationAction.INSTANCE,
                  CreateCalibrationRequest.parse(
                      "one",
                      createParser(
                          XContentType.JSON.xContent(),
                          "{\"index\": \"source\", \"field\": \"v\"}")));
      eventually(
          () -> {
            CancelTasksResponse cancelled =
                client()
                    .admin()
                    .cluster()
                    .prepareCancelTasks()
                    .setActions(CreateCalibrationAction.NAME)
                    .get();
            assertEquals(1, cancelled.getTasks().size());
          });
    } finally {
      busy.countDown();
    }
    Exception e = expectThrows(Exception.class, learning::actionGet);
    assertTrue(message(e), message(e).contains("cancelled"));
    expectThrows(ResourceNotFoundException.class, () -> stored(client(), "one"));
    SampleTests.assertBreakersFree();
  }

  /** Whatever comes first, no mapping is left with a calibration that is not there. */
  public void testDeletingWhileMappingsAreMade() throws Exception {
    startCluster(1, 1);
    create("source", 1, 0, ", 'precision': 'int4'");
    add("source", 0, 200);
    int deleted = 0;
    for (int i = 0; i < 10; i++) {
      learn(client(), "one", "{\"index\": \"source\", \"field\": \"v\"}");
      String index = "target" + i;
      ActionFuture<CreateIndexResponse> creating =
          coordinator()
              .admin()
              .indices()
              .prepareCreate(index)
              .setSettings(
                  Settings.builder()
                      .put("index.quantized_vector", true)
                      .put("index.number_of_replicas", 0))
              .setMapping(mapping(", 'calibration': {'mode': 'static', 'name': 'one'}"))
              .execute();
      boolean gone = false;
      try {
        delete(client(), "one");
        gone = true;
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage(), e.getMessage().contains("is used by"));
      }
      boolean mapped = false;
      try {
        creating.actionGet();
        mapped = true;
      } catch (Exception e) {
        assertTrue(message(e), message(e).contains("no calibration is stored"));
      }
      assertTrue("deleted " + gone + ", mapped " + mapped, gone != mapped);
      if (mapped) {
        add(index, 0, 1);
        assertAcked(client().admin().indices().prepareDelete(index));
      } else {
        deleted++;
      }
    }
    logger.info("deleted first in {} of 10", deleted);
  }
}
