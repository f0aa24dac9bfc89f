/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import java.util.List;
import org.opensearch.indices.replication.common.ReplicationType;
import org.opensearch.test.InternalTestCluster;

/** That each copy of a shard answers by itself, and that one takes over from the other. */
public class ReplicaSearchTests extends VectorClusterTestCase {

  private static final List<String> COPIES = List.of("_primary", "_replica");

  private void search(ReplicationType replication) throws Exception {
    startCluster(1, 2);
    createIndexes(replication, 1, 1);
    indexWithHistory(600);
    // A copy by segments is there a moment later.
    eventually(
        () -> {
          for (String copy : COPIES) {
            assertEquals(
                copy,
                acknowledged.size(),
                client()
                    .prepareSearch(INDEX)
                    .setPreference(copy)
                    .setSize(0)
                    .get()
                    .getHits()
                    .getTotalHits()
                    .value());
          }
        });
    for (String copy : COPIES) {
      assertFindsNearest(INDEX, copy);
      assertComplete(INDEX, copy);
    }
    if (replication == ReplicationType.SEGMENT) {
      assertCopiesAgree();
    }
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).setFlush(true).get();
    refresh(INDEX);
    if (replication == ReplicationType.SEGMENT) {
      eventually(this::assertCopiesAgree);
    }
    for (String copy : COPIES) {
      assertFindsNearest(INDEX, copy);
    }

    String replica = nodeOf(INDEX, false);
    internalCluster().stopRandomNode(InternalTestCluster.nameFilter(nodeOf(INDEX, true)));
    ensureYellow(INDEX);
    assertEquals(replica, nodeOf(INDEX, true));
    refresh(INDEX);
    assertFindsNearest(INDEX, "_primary");
    assertComplete(INDEX, "_primary");
    index(client(), 600, 50);
    refresh(INDEX);
    assertFindsNearest(INDEX, "_primary");

    // A node that comes new gets its copy from the one that has taken over.
    internalCluster().startDataOnlyNode();
    ensureGreen(INDEX);
    refresh(INDEX);
    eventually(() -> assertFindsNearest(INDEX, "_replica"));
  }

  /** The same segments: the same hits with the same scores, whether a graph finds all or not. */
  private void assertCopiesAgree() {
    for (float[] query : queries()) {
      for (String field : List.of(GRAPH, SCAN)) {
        assertEquals(
            hits(nearest(client(), INDEX, field, query, 50).setPreference("_primary").get()),
            hits(nearest(client(), INDEX, field, query, 50).setPreference("_replica").get()));
      }
    }
  }

  public void testDocumentReplication() throws Exception {
    search(ReplicationType.DOCUMENT);
  }

  public void testSegmentReplication() throws Exception {
    search(ReplicationType.SEGMENT);
  }
}
