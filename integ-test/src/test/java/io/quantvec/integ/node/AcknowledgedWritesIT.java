/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Many writers write the same few documents again and again while segments merge, and the node is
 * killed. After the restart each document is the last acknowledged one, by its sequence number,
 * with the vector of that write: for every rerank copy, with and without the text of vectors in
 * stored sources.
 */
class AcknowledgedWritesIT {

  private static final int DIMENSION = 24;
  private static final int WRITERS = 8;
  private static final int DOCUMENTS = 40;
  private static final int OPERATIONS = 24;

  private static final boolean FULL = Boolean.getBoolean("tests.full.matrix");
  private static final int KILLS = FULL ? 12 : 1;
  private static final int ACKNOWLEDGED_BEFORE_KILL = FULL ? 20_000 : 1_500;
  private static final int MERGES_BEFORE_KILL = FULL ? 30 : 4;

  /**
   * Largest distance between a vector that is read and the one that was sent, relative to its
   * length: bounds of the copies, many times the errors of such vectors.
   */
  private static final Map<String, Double> ERRORS =
      Map.of("fp32", 0.0, "fp16", .001, "int8", .05, "none", .5);

  private final Map<String, WriteLedger> ledgers = new TreeMap<>();
  private final AtomicLong nextWrite = new AtomicLong();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger merges = new AtomicInteger();
  private final Queue<Throwable> ends = new ConcurrentLinkedQueue<>();

  @Test
  void keepsTheLastAcknowledgedWriteWhenItIsKilled() throws Exception {
    try (OpenSearchNode node =
            OpenSearchNode.start(SharedNode.withInstalledPlugin(SharedNode.options()));
        Rest rest = new Rest(node)) {
      for (String copy : ERRORS.keySet()) {
        for (boolean derived : new boolean[] {true, false}) {
          create(rest, copy, derived);
        }
      }
      for (int kill = 0; kill < KILLS; kill++) {
        writeUntilKilled(node, rest, kill);
        node.restart();
        rest.post("/_refresh", null);
        for (String index : ledgers.keySet()) {
          check(rest, index);
        }
      }
    }
  }

  private void create(Rest rest, String copy, boolean derived) throws IOException {
    String index = copy + (derived ? "-derived" : "-text");
    ledgers.put(index, new WriteLedger());
    rest.put(
        "/" + index,
        """
        {"settings": {"index": {"quantized_vector": true, "number_of_shards": 1,
            "number_of_replicas": 0, "refresh_interval": "200ms",
            "translog.flush_threshold_size": "100kb"}},
         "mappings": {"properties": {"write": {"type": "long"}, "seed": {"type": "long"},
            "v": {"type": "quantized_vector", "dimension": %d, "precision": "int4",
                  "rerank": "%s", "derived_source": %s}}}}
        """
            .formatted(DIMENSION, copy, derived));
  }

  private void writeUntilKilled(OpenSearchNode node, Rest rest, int round) throws Exception {
    acknowledged.set(0);
    merges.set(0);
    ends.clear();
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1)) {
      for (int i = 0; i < WRITERS; i++) {
        Random random = new Random(31 * round + i);
        threads.submit(() -> untilItFails(() -> write(rest, random)));
      }
      Random random = new Random(~round);
      threads.submit(() -> untilItFails(() -> merge(rest, random)));
      try {
        awaitProgress();
      } finally {
        // The threads end when the node ends.
        node.kill();
      }
    }
    for (Throwable end : ends) {
      assertTrue(end instanceof IOException, () -> "not caused by the node's end: " + end);
    }
  }

  private void awaitProgress() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(15);
    while (acknowledged.get() < ACKNOWLEDGED_BEFORE_KILL || merges.get() < MERGES_BEFORE_KILL) {
      assertTrue(ends.isEmpty(), () -> "a call failed before the kill: " + ends);
      assertTrue(
          System.nanoTime() < deadline,
          () -> "stuck at " + acknowledged + " writes and " + merges + " merges");
      Thread.sleep(5);
    }
  }

  private interface Call {
    void run() throws IOException;
  }

  private void untilItFails(Call call) {
    try {
      while (true) {
        call.run();
      }
    } catch (IOException | RuntimeException e) {
      ends.add(e);
    }
  }

  private void merge(Rest rest, Random random) throws IOException {
    String index = List.copyOf(ledgers.keySet()).get(random.nextInt(ledgers.size()));
    rest.post("/" + index + "/_forcemerge?max_num_segments=1", null);
    merges.incrementAndGet();
  }

  private record Write(String index, String id, long number) {}

  /**
   * Sends a bulk request of whole documents, partial updates and deletions to all of the indexes.
   */
  private void write(Rest rest, Random random) throws IOException {
    List<String> indexes = List.copyOf(ledgers.keySet());
    List<Write> writes = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < OPERATIONS; i++) {
      String index = indexes.get(random.nextInt(indexes.size()));
      String id = "" + random.nextInt(DOCUMENTS);
      int kind = random.nextInt(10);
      long number = kind == 0 ? -nextWrite.incrementAndGet() : nextWrite.incrementAndGet();
      String target = "{\"_index\": \"" + index + "\", \"_id\": \"" + id + "\"}";
      if (kind == 0) {
        body.append("{\"delete\": " + target + "}\n");
      } else if (kind < 4) {
        body.append("{\"update\": " + target + "}\n{\"doc\": {\"write\": " + number + "}}\n");
      } else {
        String vector = Arrays.toString(vector(number));
        body.append("{\"index\": " + target + "}\n");
        body.append("{\"write\": " + number + ", \"seed\": " + number);
        body.append(", \"v\": " + vector + "}\n");
      }
      writes.add(new Write(index, id, number));
      ledgers.get(index).sent(id, number);
    }
    Rest.Json response = rest.post("/_bulk", body.toString());
    List<Map<String, Map<String, Object>>> items = response.at("items");
    for (int i = 0; i < items.size(); i++) {
      Write write = writes.get(i);
      WriteLedger ledger = ledgers.get(write.index);
      Map<String, Object> item = items.get(i).values().iterator().next();
      int status = (Integer) item.get("status");
      // A deletion of an absent document is a write, too.
      boolean done = status < 300 || (status == 404 && write.number < 0);
      if (done) {
        long seqNo = ((Number) item.get("_seq_no")).longValue();
        ledger.acknowledged(write.id, write.number, seqNo);
        acknowledged.incrementAndGet();
      } else if (status == 404 || status == 409) {
        // An update of an absent document, or of one that another writer changed at the same time.
        ledger.refused(write.id, write.number);
      } else {
        throw new IllegalStateException("refused: " + item);
      }
    }
  }

  private void check(Rest rest, String index) throws IOException {
    List<Map<String, Object>> hits =
        rest.post(
                "/" + index + "/_search",
                "{\"size\": 1000, \"seq_no_primary_term\": true, \"docvalue_fields\": [\"v\"]}")
            .at("hits.hits");
    WriteLedger ledger = ledgers.get(index);
    List<String> problems = new ArrayList<>();
    Map<String, Map<String, Object>> byId = new HashMap<>();
    for (Map<String, Object> hit : hits) {
      String id = (String) hit.get("_id");
      assertEquals(null, byId.put(id, hit), () -> "twice in [" + index + "]: " + hit);
      Rest.Json document = new Rest.Json(hit);
      long write = document.<Number>at("_source.write").longValue();
      problems.add(ledger.check(id, ((Number) hit.get("_seq_no")).longValue(), write));
      float[] sent = vector(document.<Number>at("_source.seed").longValue());
      // Stored text is exact. Text that is derived from a copy is as exact as the copy.
      double sourceError = index.endsWith("-text") ? 0 : error(index);
      problems.add(differs(index, id, "_source", sent, document.at("_source.v"), sourceError));
      List<List<Number>> stored = document.at("fields.v");
      problems.add(differs(index, id, "vector", sent, stored.get(0), error(index)));
    }
    for (String id : ledger.ids()) {
      if (!byId.containsKey(id)) {
        problems.add(ledger.checkMissing(id));
      }
    }
    problems.removeIf(problem -> problem == null);
    assertEquals(List.of(), problems, index);
  }

  private static double error(String index) {
    return ERRORS.get(index.substring(0, index.indexOf('-')));
  }

  private static String differs(
      String index, String id, String what, float[] sent, List<Number> got, double error) {
    double squares = 0;
    double length = 0;
    for (int d = 0; d < sent.length; d++) {
      double difference = sent[d] - got.get(d).floatValue();
      squares += difference * difference;
      length += sent[d] * sent[d];
    }
    return Math.sqrt(squares) <= error * Math.sqrt(length)
        ? null
        : what
            + " of ["
            + id
            + "] in ["
            + index
            + "]: sent "
            + Arrays.toString(sent)
            + ", got "
            + got;
  }

  private static float[] vector(long seed) {
    Random random = new Random(seed);
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }
}
