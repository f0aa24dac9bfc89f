/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Without the module of the Vector API a node returns the same hits, more slowly. */
class NoVectorApiIT {

  @Test
  void indexesAndSearchesWithoutTheModule() throws IOException {
    OpenSearchNode node =
        OpenSearchNode.start(
            SharedNode.withInstalledPlugin(SharedNode.options()).withVectorApi(false));
    try (Rest scalar = new Rest(node);
        Rest vectorized = new Rest(SharedNode.get())) {
      assertFalse(Files.readString(node.log()).contains("Using incubator modules"));
      assertEquals(hits(vectorized), hits(scalar));
    } finally {
      node.close();
    }
    assertFalse(node.isAlive());
    assertFalse(Files.exists(node.home()));
  }

  /** Returns the hits of every precision with their exact scores. */
  private static List<String> hits(Rest rest) throws IOException {
    List<String> precisions = List.of("fp16", "int8", "int4", "binary");
    StringBuilder properties = new StringBuilder();
    for (String precision : precisions) {
      properties.append(
          String.format(
              Locale.ROOT,
              "%s\"%s\": {\"type\": \"quantized_vector\", \"dimension\": 40, \"precision\": \"%s\"}",
              properties.isEmpty() ? "" : ", ",
              precision,
              precision));
    }
    rest.put(
        "/scalar",
        "{\"settings\": {\"index\": {\"quantized_vector\": true, \"number_of_shards\": 1,"
            // No refreshes, so that all documents are in one segment.
            + " \"number_of_replicas\": 0, \"refresh_interval\": -1}}, \"mappings\": {\"properties\": {"
            + properties
            + "}}}");
    try {
      StringBuilder bulk = new StringBuilder();
      for (int id = 0; id < 200; id++) {
        bulk.append("{\"index\": {\"_id\": \"" + id + "\"}}\n{");
        for (String precision : precisions) {
          bulk.append(bulk.charAt(bulk.length() - 1) == '{' ? "" : ", ");
          bulk.append("\"" + precision + "\": " + Arrays.toString(vector(id)));
        }
        bulk.append("}\n");
      }
      assertEquals(false, rest.post("/scalar/_bulk?refresh=true", bulk.toString()).at("errors"));
      return precisions.stream()
          .flatMap(
              precision -> {
                try {
                  Rest.Json response = rest.knn("scalar", precision, vector(77), 5, "true");
                  assertEquals("77", response.at("hits.hits.0._id"));
                  List<Map<String, Object>> hits = response.at("hits.hits");
                  return hits.stream()
                      .map(
                          hit ->
                              String.format(
                                  Locale.ROOT,
                                  "%s: %s %.5f",
                                  precision,
                                  hit.get("_id"),
                                  ((Number) hit.get("_score")).doubleValue()));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    } finally {
      rest.call("DELETE", "/scalar", null);
    }
  }

  private static float[] vector(int id) {
    Random random = new Random(id);
    float[] vector = new float[40];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }
}
