/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.common.settings.Settings;
import org.opensearch.indices.replication.common.ReplicationType;
import org.opensearch.test.InternalTestCluster;

/** Searches and indexing that go on while shards move and nodes come and go. */
public class MovingShardsTests extends VectorClusterTestCase {

  /** Indexes until it is closed; what the platform refuses meanwhile fails the test. */
  private final class IndexingMeanwhile implements AutoCloseable {

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger done = new AtomicInteger();
    private final Thread thread;

    IndexingMeanwhile(int first) {
      thread =
          new Thread(
              () -> {
                try {
                  for (int id = first; !closed.get() && id < 9_000; id += 5) {
                    index(coordinator(), id, 5);
                    done.addAndGet(5);
                    Thread.sleep(20);
                  }
                } catch (Throwable e) {
                  errors.add(e);
                }
              });
      thread.start();
    }

    int done() {
      return done.get();
    }

    @Override
    public void close() {
      closed.set(true);
      SearchesMeanwhile.join(thread);
      if (!errors.isEmpty()) {
        throw new AssertionError("indexing failed", errors.peek());
      }
    }
  }

  private void move(ReplicationType replication) throws Exception {
    createIndexes(replication, 1, 0);
    indexWithHistory(600);
    try (SearchesMeanwhile searches = new SearchesMeanwhile(coordinator(), K);
        IndexingMeanwhile indexing = new IndexingMeanwhile(600)) {
      for (int i = 0; i < 3; i++) {
        searches.await(20);
        for (String index : List.of(INDEX, CONTROL)) {
          moveShard(index);
        }
      }
      searches.await(20);
      eventually(() -> assertTrue("indexing is stuck", indexing.done() >= 50));
    }
    refresh(INDEX);
    assertFindsNearest(INDEX, "_primary");
    assertComplete(INDEX, "_primary");
  }

  public void testMove() throws Exception {
    startCluster(1, 2);
    withReplication(this::move);
  }

  private void restartAll(ReplicationType replication) throws Exception {
    createIndexes(replication, 2, 1);
    indexWithHistory(600);
    flush(INDEX);
    List<String> nodes = new ArrayList<>(internalCluster().getDataNodeNames());
    nodes.add(internalCluster().getClusterManagerName());
    int next = 600;
    try (SearchesMeanwhile searches = new SearchesMeanwhile(coordinator(), K)) {
      for (String node : nodes) {
        searches.await(20);
        int first = next;
        next += 50;
        boolean manager = node.equals(internalCluster().getClusterManagerName());
        internalCluster()
            .restartNode(
                node,
                new InternalTestCluster.RestartCallback() {
                  @Override
                  public Settings onNodeStopped(String name) throws Exception {
                    searches.await(20);
                    if (!manager) {
                      // The copy that is away misses these.
                      index(coordinator(), first, 50);
                    }
                    return super.onNodeStopped(name);
                  }
                });
        ensureGreen(INDEX, CONTROL);
      }
      searches.await(20);
    }
    refresh(INDEX);
    for (String copy : List.of("_primary", "_replica")) {
      eventually(() -> assertFindsNearest(INDEX, copy));
      assertComplete(INDEX, copy);
    }
  }

  public void testRollingRestart() throws Exception {
    // With one manager only, its restart would be one of the whole cluster.
    startCluster(3, 2);
    withReplication(this::restartAll);
  }
}
