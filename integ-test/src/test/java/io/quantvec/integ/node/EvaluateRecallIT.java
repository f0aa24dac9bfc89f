/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Compares an evaluation with recall that is counted from searches and exact neighbors. With real
 * embeddings ({@code -Dtests.evaluate.data=FOLDER}, {@code -Dtests.evaluate.name=NAME}) the test
 * uses a node with the optimizing compiler and more queries, and prints the evaluation.
 */
class EvaluateRecallIT {

  /** Largest difference in recall: half a point. */
  private static final double AGREES = .005;

  private static final int BULK = 500;

  @Test
  void agreesWithSearches() throws IOException {
    String folder = System.getProperty("tests.evaluate.data");
    if (folder == null) {
      try (Rest rest = new Rest(SharedNode.get())) {
        compare(rest, RecallData.random(1_000, 20, 16), false);
      }
      return;
    }
    RecallData data =
        RecallData.read(
            Path.of(folder),
            System.getProperty("tests.evaluate.name", "debian-minilm-384"),
            Integer.getInteger("tests.evaluate.queries", 1_000));
    NodeOptions options = NodeOptions.fromSystemProperties().withHeap("2g");
    try (OpenSearchNode node = OpenSearchNode.start(options);
        Rest rest = new Rest(node)) {
      compare(rest, data, true);
    }
  }

  private static void compare(Rest rest, RecallData data, boolean print) throws IOException {
    for (String precision : List.of("int8", "binary")) {
      String index = "recall-" + precision;
      rest.put(
          "/" + index,
          String.format(
              Locale.ROOT,
              """
              {"settings": {"index": {"quantized_vector": true, "number_of_shards": 2,
                  "number_of_replicas": 0, "refresh_interval": -1}},
               "mappings": {"properties": {"v": {"type": "quantized_vector", "dimension": %d,
                  "space_type": "cosinesimil", "precision": "%s", "method": {"name": "hnsw",
                    "parameters": {"approximate_threshold": 0}}}}}}
              """,
              data.dimension(),
              precision));
      try {
        index(rest, index, data);
        compare(rest, index, data, print);
      } finally {
        rest.call("DELETE", "/" + index, null);
      }
    }
  }

  private static void index(Rest rest, String index, RecallData data) throws IOException {
    for (int from = 0; from < data.base().length; from += BULK) {
      StringBuilder bulk = new StringBuilder();
      for (int id = from; id < Math.min(data.base().length, from + BULK); id++) {
        bulk.append("{\"index\": {\"_id\": \"").append(id).append("\"}}\n{\"v\": \"");
        bulk.append(base64(data.base()[id])).append("\"}\n");
      }
      assertFalse(rest.post("/" + index + "/_bulk", bulk.toString()).<Boolean>at("errors"), "bulk");
    }
    rest.post("/" + index + "/_refresh", null);
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static void compare(Rest rest, String index, RecallData data, boolean print)
      throws IOException {
    StringBuilder queries = new StringBuilder();
    for (float[] query : data.queries()) {
      queries.append(queries.isEmpty() ? "\"" : ", \"").append(base64(query)).append('"');
    }
    Rest.Json answer =
        rest.post(
            "/_plugins/_quantized_vector/evaluate/" + index,
            "{\"k\": "
                + RecallData.K
                + ", \"ef_search\": [50, 100, 200], \"target_recall\": 0.99, \"timeout\": \"10m\""
                + (print ? ", \"precisions\": [\"int8\", \"int4\", \"int2\", \"binary\"]" : "")
                + ", \"queries\": ["
                + queries
                + "]}");
    if (print) {
      System.out.println(index + " " + answer);
    }
    assertFalse(answer.<Boolean>at("timed_out"));
    List<Map<String, ?>> settings = answer.at("settings");
    assertEquals(3, settings.size());
    for (Map<String, ?> setting : settings) {
      int ef = (Integer) setting.get("ef_search");
      double inside = (Double) setting.get("recall");
      double outside = recall(rest, index, data, ef);
      if (print) {
        System.out.printf(
            Locale.ROOT,
            "%s ef_search %d: recall by evaluate %.4f, by _search %.4f%n",
            index,
            ef,
            inside,
            outside);
      }
      assertEquals(outside, inside, AGREES, index + " ef_search " + ef);
    }
  }

  private static double recall(Rest rest, String index, RecallData data, int ef)
      throws IOException {
    int hits = 0;
    for (int q = 0; q < data.queries().length; q++) {
      Rest.Json answer =
          rest.post(
              "/" + index + "/_search",
              String.format(
                  Locale.ROOT,
                  "{\"size\": %d, \"_source\": false, \"query\": {\"quantized_knn\": {\"v\":"
                      + " {\"vector\": \"%s\", \"k\": %d, \"method_parameters\": {\"ef_search\":"
                      + " %d}}}}}",
                  RecallData.K,
                  base64(data.queries()[q]),
                  RecallData.K,
                  ef));
      for (Map<String, ?> hit : answer.<List<Map<String, ?>>>at("hits.hits")) {
        hits += data.isNearest(q, Integer.parseInt((String) hit.get("_id"))) ? 1 : 0;
      }
    }
    return (double) hits / RecallData.K / data.queries().length;
  }
}
