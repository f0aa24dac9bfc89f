/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.integ.node.NodeCluster;
import io.quantvec.integ.node.NodeOptions;
import io.quantvec.integ.node.OpenSearchNode;
import io.quantvec.integ.node.Rest;
import io.quantvec.integ.node.SharedNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Four clients search and two write while segments merge and nodes restart. No client sees an
 * error, no document is lost, and no resource is held at the end. The test takes under a minute in
 * an ordinary build. {@code mvn -Psoak [-Dsoak.minutes=10] [-Dsoak.documents=20000]
 * [-Dsoak.heap=1g]} runs it alone.
 */
class SoakIT {

  private static final double MINUTES = Double.parseDouble(System.getProperty("soak.minutes"));
  private static final int DOCUMENTS = Integer.getInteger("soak.documents");
  private static final String HEAP = System.getProperty("soak.heap");

  private static final int SEARCHERS = Integer.getInteger("soak.searchers");
  private static final int WRITERS = 2;
  private static final int DATA_NODES = 2;

  /** Nodes that are restarted whatever the run's length is. */
  private static final int RESTARTS = Integer.getInteger("soak.restarts");

  /**
   * Shortens the time after which nodes drop the search contexts of a stopped node; the default is
   * five minutes.
   */
  private static final Map<String, String> SHORT_KEEP_ALIVE =
      Map.of("search.default_keep_alive", "30s", "search.keep_alive_interval", "2s");

  private static final Duration LONGEST_KEPT_ALIVE = Duration.ofSeconds(60);

  /** Share of the time after which no node restarts, so that leaks become visible. */
  private static final double RESTARTS_UNTIL = 0.6;

  /**
   * Largest growth of the heap in megabytes: caches of the platform that fill, and the collector.
   */
  private static final long HEAP_MARGIN_MEGABYTES = 64;

  /** Largest growth of the number of open files: connections and the files of a few segments. */
  private static final int FILE_MARGIN = 150;

  private static final double LEAST_GRAPH_RECALL = 0.9;
  private static final double LEAST_SCAN_RECALL = 0.99;
  private static final int QUERIES = 50;

  private final Ledger ledger = new Ledger(DOCUMENTS);
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong searched = new AtomicLong();
  private final AtomicLong written = new AtomicLong();
  private final Map<OpenSearchNode, NodeFigures> atStart = new HashMap<>();

  private int restarts;
  private int merges;

  @Test
  void endsAsItBegan() throws Exception {
    // With the optimizing compiler: without it the Vector API is slower than scalar code.
    NodeOptions options =
        SharedNode.withInstalledPlugin(NodeOptions.fromSystemProperties())
            .withHeap(HEAP)
            .withSettings(SHORT_KEEP_ALIVE);
    try (NodeCluster cluster = NodeCluster.start(options, DATA_NODES);
        SoakClient client = new SoakClient(cluster.dataNodes())) {
      SoakSearches searches = new SoakSearches(client, ledger);
      begin(client, searches);
      for (OpenSearchNode node : cluster.dataNodes()) {
        atStart.put(node, figures(client, node, "start"));
      }
      run(cluster, client, searches);
      System.out.printf(
          Locale.ROOT,
          "soak: %.1f minutes, %d searches, %d bulks, %d merges, %d restarts, %d tries repeated while"
              + " a node was away, %d unexpected errors%n",
          MINUTES,
          searched.get(),
          written.get(),
          merges,
          restarts,
          client.retried(),
          client.unexpected().size());
      assertEquals(List.of(), client.unexpected());
      assertTrue(restarts >= RESTARTS && merges > 0, "the run was too short for its purpose");

      client.call("POST", "/" + SoakSearches.INDEX + "/_refresh", null);
      hasEveryDocument(client);
      findsNeighbors(searches);
      holdsOnToNothing(client, cluster);
      assertEquals(List.of(), client.unexpected());
    }
  }

  private void begin(SoakClient client, SoakSearches searches) {
    client.call(
        "PUT",
        "/" + SoakSearches.INDEX,
        String.format(
            Locale.ROOT,
            """
            {"settings": {"index": {"quantized_vector": true, "number_of_shards": 2,
                "number_of_replicas": 1, "refresh_interval": "1s",
                "unassigned.node_left.delayed_timeout": "2m"}},
             "mappings": {"properties": {
                "tag": {"type": "integer"}, "revision": {"type": "integer"},
                "touched": {"type": "integer"},
                "graph": {"type": "quantized_vector", "dimension": %1$d, "precision": "int4",
                  "method": {"name": "hnsw", "parameters": {"approximate_threshold": 300}}},
                "scan": {"type": "quantized_vector", "dimension": %1$d, "precision": "int8",
                    "method": {"name": "flat"}},
                "parts": {"type": "nested", "properties": {
                    "vector": {"type": "quantized_vector", "dimension": %1$d,
                        "precision": "binary", "rerank": "int8",
                        "method": {"name": "hnsw",
                            "parameters": {"approximate_threshold": 300}}}}}}}}
            """,
            Ledger.DIMENSION));
    for (int i = 0; i < WRITERS; i++) {
      new SoakWriter(client, ledger, i, WRITERS).fill();
    }
    client.call("POST", "/" + SoakSearches.INDEX + "/_refresh", null);
    awaitGreen(client);
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      searches.search(random);
    }
  }

  private void run(NodeCluster cluster, SoakClient client, SoakSearches searches) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < SEARCHERS; i++) {
      Random random = new Random(100 + i);
      threads.add(client(client, searched, () -> searches.search(random)));
    }
    for (int i = 0; i < WRITERS; i++) {
      SoakWriter writer = new SoakWriter(client, ledger, i, WRITERS);
      threads.add(
          client(
              client,
              written,
              () -> {
                writer.write();
                SoakClient.pause();
              }));
    }
    try {
      long start = System.nanoTime();
      long length = Duration.ofMillis((long) (MINUTES * 60_000)).toNanos();
      long pause = Math.min(5_000, (long) (MINUTES * 7_500));
      while (System.nanoTime() - start < length || restarts < RESTARTS) {
        Thread.sleep(pause);
        merge(client);
        Thread.sleep(pause);
        if (restarts < RESTARTS || System.nanoTime() - start < RESTARTS_UNTIL * length) {
          restart(cluster.dataNodes().get(restarts % DATA_NODES), client);
        }
      }
    } finally {
      over.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  /** The thread continues after an error. The run ends at its time and reports all errors. */
  private Thread client(SoakClient client, AtomicLong done, Runnable step) {
    return Thread.ofPlatform()
        .start(
            () -> {
              while (!over.get()) {
                try {
                  step.run();
                  done.incrementAndGet();
                } catch (RuntimeException e) {
                  if (client.unexpected().isEmpty()) {
                    client.error("a client failed by " + e);
                  }
                }
              }
            });
  }

  private void merge(SoakClient client) {
    String path = "/" + SoakSearches.INDEX;
    if (merges % 3 == 0) {
      client.call("POST", path + "/_flush", null);
    }
    client.call("POST", path + "/_forcemerge?max_num_segments=" + (merges % 2 == 0 ? 1 : 3), null);
    merges++;
  }

  /** Restarts a node, and returns when all shard copies are back. */
  private void restart(OpenSearchNode node, SoakClient client) throws IOException {
    client.nodeGoes();
    long start = System.nanoTime();
    node.restart();
    long up = System.nanoTime();
    awaitGreen(client);
    long green = System.nanoTime();
    client.nodeIsBack();
    restarts++;
    System.out.printf(
        Locale.ROOT,
        "soak: restart %d took %.1f s, and %.1f s until all copies were there%n",
        restarts,
        (up - start) / 1e9,
        (green - up) / 1e9);
  }

  private static void awaitGreen(SoakClient client) {
    String path = "/_cluster/health?wait_for_status=green&timeout=50s&wait_for_nodes=";
    client.call("GET", path + (DATA_NODES + 1), null, json -> !json.<Boolean>at("timed_out"));
  }

  private void hasEveryDocument(SoakClient client) {
    List<String> wrong = new ArrayList<>();
    for (int first = 0; first < ledger.ids(); first += 500) {
      StringBuilder ids = new StringBuilder();
      for (int id = first; id < Math.min(first + 500, ledger.ids()); id++) {
        ids.append(ids.isEmpty() ? "\"" : ",\"").append(id).append('"');
      }
      Rest.Json response =
          client.call(
              "POST",
              "/" + SoakSearches.INDEX + "/_mget?_source_includes=revision,graph",
              "{\"ids\": [" + ids + "]}");
      for (Map<String, Object> document : response.<List<Map<String, Object>>>at("docs")) {
        int id = Integer.parseInt((String) document.get("_id"));
        int revision = ledger.revision(id);
        if (!document.get("found").equals(revision > 0)
            || revision > 0 && !hasVector(new Rest.Json(document), id, revision)) {
          wrong.add("revision " + revision + " expected: " + document);
        }
      }
    }
    assertEquals(List.of(), wrong, "documents that are not as acknowledged");
    for (String copy : List.of("_primary", "_replica")) {
      Rest.Json count =
          client.call(
              "POST",
              "/" + SoakSearches.INDEX + "/_count?preference=" + copy,
              "{\"query\": {\"exists\": {\"field\": \"graph\"}}}");
      assertEquals(ledger.present().size(), count.<Integer>at("count"), copy);
    }
  }

  private static boolean hasVector(Rest.Json document, int id, int revision) {
    if (!document.at("_source.revision").equals(revision)) {
      return false;
    }
    Object stored = document.at("_source.graph");
    // The other vectors were sent as base64 and come back as base64.
    return !(stored instanceof List<?> numbers)
        || ((Number) numbers.get(0)).floatValue() == Ledger.vector(id, revision)[0];
  }

  private void findsNeighbors(SoakSearches searches) {
    for (String copy : List.of("_primary", "_replica")) {
      double graph = 0;
      double scan = 0;
      for (int i = 0; i < QUERIES; i++) {
        float[] query = Ledger.vector(i, -7);
        List<Integer> truth = ledger.nearest(query, SoakSearches.K);
        graph += recall(truth, searches.find("graph", "", copy, query)) / QUERIES;
        scan += recall(truth, searches.find("scan", ", \"rescore\": true", copy, query)) / QUERIES;
      }
      System.out.printf(Locale.ROOT, "soak: %s recall: graph %.3f, scan %.3f%n", copy, graph, scan);
      assertTrue(graph >= LEAST_GRAPH_RECALL, copy + " graph recall " + graph);
      assertTrue(scan >= LEAST_SCAN_RECALL, copy + " scan recall " + scan);
    }
  }

  private static double recall(List<Integer> truth, List<Integer> found) {
    Set<Integer> common = new HashSet<>(truth);
    common.retainAll(found);
    return common.size() / (double) truth.size();
  }

  private void holdsOnToNothing(SoakClient client, NodeCluster cluster)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_KEPT_ALIVE.toNanos();
    for (OpenSearchNode node : cluster.dataNodes()) {
      while (NodeFigures.of(node).isBusy() && System.nanoTime() < deadline) {
        Thread.sleep(1_000);
      }
    }
    for (OpenSearchNode node : cluster.dataNodes()) {
      NodeFigures start = atStart.get(node);
      NodeFigures end = figures(client, node, "end");
      String what = start + " became " + end;
      assertTrue(end.heapMegabytes() <= start.heapMegabytes() + HEAP_MARGIN_MEGABYTES, what);
      assertTrue(end.openFiles() <= start.openFiles() + FILE_MARGIN, what);
      assertTrue(end.deletedFiles() <= 0, what);
      assertEquals(0, end.openSearches(), what);
      assertEquals(0, end.breakersTripped(), what);
      assertEquals(0, end.requestMegabytes(), what);
    }
  }

  private static NodeFigures figures(SoakClient client, OpenSearchNode node, String when)
      throws IOException {
    client.call("POST", "/_cache/clear", null);
    client.call("POST", "/" + SoakSearches.INDEX + "/_refresh", null);
    NodeFigures figures = NodeFigures.of(node);
    System.out.println("soak: " + node.http() + " at the " + when + ": " + figures);
    return figures;
  }
}
