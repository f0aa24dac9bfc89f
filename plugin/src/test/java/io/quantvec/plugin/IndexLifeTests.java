/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.action.admin.cluster.snapshots.create.CreateSnapshotResponse;
import org.opensearch.action.admin.cluster.snapshots.restore.RestoreSnapshotResponse;
import org.opensearch.action.admin.indices.shrink.ResizeType;
import org.opensearch.common.settings.Settings;
import org.opensearch.indices.replication.common.ReplicationType;

/** That an index answers the same when it is closed and opened, copied, divided and restored. */
public class IndexLifeTests extends VectorClusterTestCase {

  private static final String REPOSITORY = "backup";

  private void start(ReplicationType replication, int shards) {
    createIndexes(replication, shards, 1);
    indexWithHistory(600);
  }

  private void assertAnswers(String index) throws Exception {
    ensureGreen(index);
    refresh(index);
    for (String copy : List.of("_primary", "_replica")) {
      eventually(() -> assertFindsNearest(index, copy));
      assertComplete(index, copy);
    }
  }

  public void testCloseAndOpen() throws Exception {
    startCluster(1, 2);
    start(randomFrom(ReplicationType.values()), 2);
    assertAcked(client().admin().indices().prepareClose(INDEX));
    ensureGreen(INDEX);
    assertAcked(client().admin().indices().prepareOpen(INDEX));
    assertAnswers(INDEX);
    // Now from files only, which are found on the disks of nodes that have been away.
    assertAcked(client().admin().indices().prepareClose(INDEX));
    internalCluster().fullRestart();
    ensureGreen(INDEX);
    assertAcked(client().admin().indices().prepareOpen(INDEX));
    assertAnswers(INDEX);
  }

  private void resize(ResizeType type, String target, int shards) throws Exception {
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareResizeIndex(INDEX, target)
            .setResizeType(type)
            .setSettings(
                Settings.builder()
                    .put("index.number_of_shards", shards)
                    .put("index.number_of_replicas", 1)
                    .putNull("index.blocks.write")
                    .build()));
    assertAnswers(target);
    assertEquals(
        "true",
        client()
            .admin()
            .indices()
            .prepareGetSettings(target)
            .get()
            .getSetting(target, "index.quantized_vector"));
  }

  private void resizeEveryWay(ReplicationType replication) throws Exception {
    start(replication, 2);
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings(INDEX)
            .setSettings(Settings.builder().put("index.blocks.write", true)));
    // A copy of every shard is on every node already, so a shrink finds them all on one.
    resize(ResizeType.CLONE, "cloned", 2);
    resize(ResizeType.SPLIT, "split", 4);
    resize(ResizeType.SHRINK, "shrunk", 1);
    assertAnswers(INDEX);
  }

  public void testResize() throws Exception {
    startCluster(1, 2);
    withReplication(this::resizeEveryWay);
  }

  private void snapshot(ReplicationType replication) throws Exception {
    start(replication, 1);
    assertAcked(
        client()
            .admin()
            .cluster()
            .preparePutRepository(REPOSITORY)
            .setType("fs")
            .setSettings(Settings.builder().put("location", randomRepoPath())));
    Set<Integer> atFirst = new HashSet<>(acknowledged);
    takeSnapshot("first");
    // The second one shares files with the first, and is taken while documents arrive.
    Thread indexing = new Thread(() -> index(coordinator(), 600, 300));
    indexing.start();
    takeSnapshot("second");
    indexing.join();
    Set<Integer> atLast = new HashSet<>(acknowledged);
    assertEquals(atFirst.size() + 300, atLast.size());

    restore("first", "restored");
    acknowledged.retainAll(atFirst);
    assertAnswers("restored");
    acknowledged.addAll(atLast);
    assertAnswers(INDEX);
    // In the place of the index itself.
    assertAcked(client().admin().indices().prepareClose(INDEX));
    restore("first", INDEX);
    acknowledged.retainAll(atFirst);
    assertAnswers(INDEX);

    // What the second has is some state between the first one and the last.
    restore("second", "between");
    ensureGreen("between");
    refresh("between");
    Set<Integer> between = new HashSet<>();
    nearest(client(), "between", SCAN, vector(0), 10_000)
        .setPreference("_primary")
        .get()
        .getHits()
        .forEach(hit -> between.add(Integer.valueOf(hit.getId())));
    assertTrue(between.containsAll(atFirst) && atLast.containsAll(between));
    acknowledged.addAll(between);
    assertAnswers("between");
  }

  private void takeSnapshot(String name) {
    CreateSnapshotResponse response =
        client()
            .admin()
            .cluster()
            .prepareCreateSnapshot(REPOSITORY, name)
            .setIndices(INDEX)
            .setWaitForCompletion(true)
            .get();
    assertEquals(0, response.getSnapshotInfo().failedShards());
  }

  private void restore(String name, String target) {
    RestoreSnapshotResponse response =
        client()
            .admin()
            .cluster()
            .prepareRestoreSnapshot(REPOSITORY, name)
            .setRenamePattern(INDEX)
            .setRenameReplacement(target)
            .setWaitForCompletion(true)
            .get();
    assertEquals(0, response.getRestoreInfo().failedShards());
  }

  public void testSnapshot() throws Exception {
    startCluster(1, 2);
    withReplication(this::snapshot);
  }
}
