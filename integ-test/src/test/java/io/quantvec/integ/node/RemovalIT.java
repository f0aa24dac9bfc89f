/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A node without the plugin says what is missing, serves all other indexes and changes no file of
 * indexes with vectors. When the plugin is installed again, all documents are there.
 */
class RemovalIT {

  private static final int DOCUMENTS = 300;

  @Test
  void leavesIndexesForTheDayThePluginIsBack() throws IOException {
    try (OpenSearchNode node =
            OpenSearchNode.start(SharedNode.withInstalledPlugin(SharedNode.options()));
        Rest rest = new Rest(node)) {
      fill(node, rest);
      List<String> before = hits(rest, "vectors");
      String uuid = rest.get("/vectors/_settings").at("vectors.settings.index.uuid");
      rest.put("/_snapshot/backup/first?wait_for_completion=true", "{\"indices\": \"vectors\"}");
      node.stop();
      Map<String, ByteBuffer> files = files(node, uuid);
      assertTrue(files.keySet().stream().anyMatch(name -> name.endsWith(".cfs")), files::toString);

      node.removePlugin();
      node.restartDespiteShards();
      saysWhatIsMissing(node, rest);
      servesOtherIndexes(rest);
      node.stop();
      assertEquals(files, files(node, uuid));

      node.installPlugin();
      node.restart();
      isAsBefore(rest, before);
      hasLostItsCalibrations(node, rest);
      // A second start: archived settings stay archived.
      node.restart();
      isAsBefore(rest, before);
      canBeWrittenOn(rest);
      canBeCopied(rest);
    }
  }

  private static void fill(OpenSearchNode node, Rest rest) throws IOException {
    rest.put(
        "/vectors",
        """
        {"settings": {"index": {"quantized_vector": true, "number_of_shards": 1,
            "number_of_replicas": 0, "refresh_interval": -1}},
         "mappings": {"properties": {
            "graph": {"type": "quantized_vector", "dimension": 16, "precision": "int4",
              "method": {"name": "hnsw", "parameters": {"approximate_threshold": 0}}},
            "scan": {"type": "quantized_vector", "dimension": 16, "method": {"name": "flat"}}}}}
        """);
    rest.put(
        "/plain",
        "{\"settings\": {\"index\": {\"number_of_shards\": 1, \"number_of_replicas\": 0}}}");
    rest.put(
        "/_snapshot/backup",
        "{\"type\": \"fs\", \"settings\": {\"location\": \""
            + node.home().resolve("snapshots").resolve("backup")
            + "\"}}");
    index(rest, 0, 200);
    rest.post("/vectors/_flush", null);
    // These documents are in the translog only.
    index(rest, 200, DOCUMENTS - 200);
    rest.put("/plain/_doc/1?refresh=true", "{\"n\": 1}");
    rest.post("/vectors/_refresh", null);
    fillCalibrated(rest);
  }

  /** Fills an index whose calibration is in the cluster state, which the platform drops. */
  private static void fillCalibrated(Rest rest) throws IOException {
    rest.post(
        "/_plugins/_quantized_vector/calibrations/mine",
        "{\"index\": \"vectors\", \"field\": \"graph\"}");
    rest.put(
        "/calibrated",
        """
        {"settings": {"index": {"quantized_vector": true, "number_of_shards": 1,
            "number_of_replicas": 0}},
         "mappings": {"properties": {
            "v": {"type": "quantized_vector", "dimension": 16,
                "calibration": {"mode": "static", "name": "mine"}}}}}
        """);
    rest.put("/calibrated/_doc/1?refresh=true", "{\"v\": " + Arrays.toString(vector(1)) + "}");
  }

  private static void hasLostItsCalibrations(OpenSearchNode node, Rest rest) throws IOException {
    String log = Files.readString(node.log());
    assertTrue(
        log.contains("Skipping unknown custom object with type quantized_vector_calibrations"),
        log);
    assertEquals(
        List.of(), rest.get("/_plugins/_quantized_vector/calibrations").at("calibrations"));
    assertEquals("1", rest.knn("calibrated", "v", vector(1), 1, "true").at("hits.hits.0._id"));
    String document = "{\"v\": " + Arrays.toString(vector(2)) + "}";
    assertFails(
        rest, "PUT", "/calibrated/_doc/2", document, "400", "is not stored in this cluster");
    rest.put(
        "/calibrated/_mapping",
        "{\"properties\": {\"v\": {\"type\": \"quantized_vector\", \"dimension\": 16,"
            + " \"calibration\": {\"mode\": \"dynamic\"}}}}");
    rest.put("/calibrated/_doc/2?refresh=true", document);
    assertEquals("2", rest.knn("calibrated", "v", vector(2), 1, "true").at("hits.hits.0._id"));
    rest.call("DELETE", "/calibrated", null);
  }

  private static void index(Rest rest, int first, int count) throws IOException {
    StringBuilder bulk = new StringBuilder();
    for (int id = first; id < first + count; id++) {
      String vector = Arrays.toString(vector(id));
      bulk.append("{\"index\": {\"_id\": \"" + id + "\"}}\n");
      bulk.append("{\"graph\": " + vector + ", \"scan\": " + vector + "}\n");
    }
    assertEquals(false, rest.post("/vectors/_bulk", bulk.toString()).at("errors"));
  }

  /** Checks what an operator sees in the log and in the reason why an index is red. */
  private static void saysWhatIsMissing(OpenSearchNode node, Rest rest) throws IOException {
    Rest.Json explained = null;
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    do {
      Rest.Json health =
          rest.get("/_cluster/health?level=indices&wait_for_no_initializing_shards=true");
      assertEquals("red", health.at("indices.vectors.status"));
      explained =
          rest.post(
              "/_cluster/allocation/explain",
              "{\"index\": \"vectors\", \"shard\": 0, \"primary\": true}");
    } while (!explained.toString().contains("'Quantvec1'") && System.nanoTime() < deadline);
    String reason = explained.toString();
    assertTrue(
        reason.contains(
            "An SPI class of type org.apache.lucene.codecs.Codec with name 'Quantvec1' does not"
                + " exist"),
        reason);
    String log = Files.readString(node.log());
    assertTrue(
        log.contains(
            "ignoring unknown index setting: [index.quantized_vector] with value [true];"
                + " archiving"),
        log);
    assertFails(rest, "POST", "/vectors/_search", "{}", "503", "all shards failed");
    assertFails(
        rest,
        "POST",
        "/vectors/_search",
        "{\"query\": {\"quantized_knn\": {\"scan\": {\"vector\": [1], \"k\": 1}}}}",
        "400",
        "unknown query [quantized_knn]");
    assertFails(
        rest, "PUT", "/vectors/_doc/1?timeout=100ms", "{}", "503", "primary shard is not active");
    assertFails(
        rest,
        "PUT",
        "/other",
        "{\"settings\": {\"index.quantized_vector\": true}}",
        "400",
        "unknown setting [index.quantized_vector]");
    // The platform refuses the only call that would remove the archived setting.
    assertFails(
        rest,
        "PUT",
        "/vectors/_settings",
        "{\"archived.*\": null}",
        "400",
        "Can't update non dynamic settings [[archived.*]] for open indices");
  }

  private static void servesOtherIndexes(Rest rest) throws IOException {
    rest.put("/plain/_doc/2?refresh=true", "{\"n\": 2}");
    assertEquals(2, rest.post("/plain/_search", "{}").<Integer>at("hits.total.value"));
    rest.put("/new/_doc/1?refresh=true", "{\"n\": 1}");
    assertEquals(
        3, rest.post("/_search?ignore_unavailable=true", "{}").<Integer>at("hits.total.value"));
  }

  private static void isAsBefore(Rest rest, List<String> hits) throws IOException {
    assertEquals(hits, hits(rest, "vectors"));
    for (int id = 0; id < DOCUMENTS; id++) {
      List<Number> stored = rest.get("/vectors/_doc/" + id).at("_source.graph");
      float[] expected = vector(id);
      for (int d = 0; d < expected.length; d++) {
        assertEquals(expected[d], stored.get(d).floatValue());
      }
    }
    assertEquals(2, rest.post("/plain/_search", "{}").<Integer>at("hits.total.value"));
  }

  /** Checks that new documents are written in the plugin's formats, which the setting ensures. */
  private static void canBeWrittenOn(Rest rest) throws IOException {
    index(rest, DOCUMENTS, 50);
    rest.post("/vectors/_forcemerge?max_num_segments=1", null);
    rest.post("/vectors/_refresh", null);
    assertEquals(
        Integer.toString(DOCUMENTS + 7),
        rest.knn("vectors", "scan", vector(DOCUMENTS + 7), 1, "true").at("hits.hits.0._id"));
    rest.post("/vectors/_close", null);
    assertFails(
        rest,
        "PUT",
        "/vectors/_settings",
        "{\"archived.*\": null}",
        "400",
        "needs the setting [index.quantized_vector: true]");
    rest.post("/vectors/_open?wait_for_active_shards=1", null);
    rest.put(
        "/vectors/_mapping",
        "{\"properties\": {\"later\": {\"type\": \"quantized_vector\", \"dimension\": 2}}}");
  }

  /** Checks that a copy gets the setting under its own name again. */
  private static void canBeCopied(Rest rest) throws IOException {
    List<String> hits = hits(rest, "vectors");
    rest.put("/_snapshot/backup/second?wait_for_completion=true", "{\"indices\": \"vectors\"}");
    Rest.Json restored =
        rest.post(
            "/_snapshot/backup/second/_restore?wait_for_completion=true",
            "{\"rename_pattern\": \"vectors\", \"rename_replacement\": \"restored\"}");
    assertEquals(0, restored.<Integer>at("snapshot.shards.failed"), restored::toString);
    assertEquals(hits, hits(rest, "restored"));
    rest.put("/vectors/_settings", "{\"index.blocks.write\": true}");
    rest.put(
        "/vectors/_clone/cloned?wait_for_active_shards=1",
        "{\"settings\": {\"index.quantized_vector\": true, \"index.number_of_replicas\": 0}}");
    rest.get("/_cluster/health/cloned?wait_for_status=green");
    assertEquals(hits, hits(rest, "cloned"));
    assertEquals(
        "true", rest.get("/cloned/_settings").at("cloned.settings.index.quantized_vector"));
  }

  private static void assertFails(
      Rest rest, String method, String path, String body, String status, String message) {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> rest.call(method, path, body));
    assertTrue(
        e.getMessage().contains("gave " + status) && e.getMessage().contains(message),
        e::getMessage);
  }

  /** Returns the hits of some queries with their scores. */
  private static List<String> hits(Rest rest, String index) throws IOException {
    List<String> all = new ArrayList<>();
    for (int query = 1000; query < 1010; query++) {
      for (String field : List.of("graph", "scan")) {
        List<Map<String, Object>> hits =
            rest.knn(index, field, vector(query), 10, "true").at("hits.hits");
        assertEquals(10, hits.size());
        hits.forEach(hit -> all.add(field + " " + hit.get("_id") + " " + hit.get("_score")));
      }
    }
    return all;
  }

  /** Returns the index's files of Lucene and of the translog, which hold all documents. */
  private static Map<String, ByteBuffer> files(OpenSearchNode node, String uuid)
      throws IOException {
    Map<String, ByteBuffer> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(node.dataPath())) {
      files
          .filter(
              file ->
                  file.toString().contains("/indices/" + uuid + "/") && Files.isRegularFile(file))
          .filter(file -> !file.toString().contains("/_state/"))
          .forEach(
              file -> {
                try {
                  all.put(file.toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return all;
  }

  private static float[] vector(int id) {
    Random random = new Random(id);
    float[] vector = new float[16];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }
}
