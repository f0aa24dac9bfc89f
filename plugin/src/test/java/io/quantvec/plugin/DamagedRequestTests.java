/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import java.io.IOException;
import java.util.List;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.CheckedRunnable;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.builder.SearchSourceBuilder;

/** That whatever JSON comes, the answer is a result or an error of the request, and never ours. */
public class DamagedRequestTests extends VectorIndexTestCase {

  private static final int ROUNDS = 1500;

  /** What is put in the place of something else. */
  private static final List<String> PIECES =
      List.of(
          "null",
          "true",
          "{",
          "}",
          "[",
          "]",
          "[]",
          "{}",
          ",",
          ":",
          "\"\"",
          "\"x\"",
          "-1",
          "0",
          "1e39",
          "1e999",
          "-0.0",
          "0.5",
          "9223372036854775808",
          "\"NaN\"",
          "\"vector\"",
          "\"k\"",
          "\"int8\"",
          "\"embedding\"",
          "\"filter\"",
          "\"AAAA\"",
          "\u00e4",
          "\\",
          "\"",
          " ");

  private static final String NUMBERS = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16.5]";

  /** Some characters gone, doubled, or replaced by a piece; most often at the ends of words. */
  private static String damage(String json) {
    StringBuilder damaged = new StringBuilder(json);
    for (int i = 0, count = 1 + random().nextInt(3); i < count && !damaged.isEmpty(); i++) {
      int from = random().nextInt(damaged.length());
      int length = Math.min(damaged.length() - from, random().nextInt(12));
      String piece = PIECES.get(random().nextInt(PIECES.size()));
      switch (random().nextInt(4)) {
        case 0 -> damaged.delete(from, from + length);
        case 1 -> damaged.insert(from, damaged.substring(from, from + length));
        case 2 -> damaged.insert(from, piece);
        default -> damaged.replace(from, from + length, piece);
      }
    }
    return damaged.toString();
  }

  private static boolean isJson(String text) {
    try {
      XContentHelper.convertToMap(new BytesArray(text), false, MediaTypeRegistry.JSON);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static void assertNotOurs(String json, CheckedRunnable<Exception> request) {
    try {
      request.run();
    } catch (Exception e) {
      RestStatus status = ExceptionsHelper.status(e);
      if (status.getStatus() >= 500) {
        throw new AssertionError(json + " gave " + status, e);
      }
    }
  }

  public void testDocuments() {
    createIndexOf(
        "{\"dynamic\": false, \"properties\": {\"embedding\": {\"type\": \"quantized_vector\","
            + " \"dimension\": 16}, \"codes\": {\"type\": \"quantized_vector\", \"dimension\": 4,"
            + " \"input\": {\"type\": \"int8\"}}, \"bits\": {\"type\": \"quantized_vector\","
            + " \"dimension\": 8, \"input\": {\"type\": \"binary\"}}, \"c\": {\"type\": \"nested\","
            + " \"properties\": {\"embedding\": {\"type\": \"quantized_vector\", \"dimension\": 2}}}}}");
    String document =
        "{\"embedding\": "
            + NUMBERS
            + ", \"codes\": {\"int8\": [1, -128, 127, 0]}, \"bits\": {\"binary\": \"a5\"}, \"c\":"
            + " [{\"embedding\": [1, 2]}, {\"embedding\": \"AACAPwAAAEA=\"}]}";
    for (int i = 0; i < ROUNDS; i++) {
      String damaged = damage(document);
      assertNotOurs(
          damaged,
          () ->
              client().prepareIndex(INDEX).setId("1").setSource(damaged, XContentType.JSON).get());
      if (i % 100 == 0) {
        client().admin().indices().prepareRefresh(INDEX).get();
        client().prepareGet(INDEX, "1").get();
      }
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    mergeToOneSegment();
    client().prepareSearch(INDEX).setSize(10).get();
  }

  public void testQueries() throws IOException {
    createVectorIndex("");
    index(randomVectors(20), 1);
    searchDamaged(
        "{\"query\": {\"quantized_knn\": {\"embedding\": {\"vector\": "
            + NUMBERS
            + ", \"k\": 5, \"method_parameters\": {\"ef_search\": 10}, \"filter\": {\"range\": {\"n\":"
            + " {\"gte\": 1}}}, \"rescore\": {\"oversample_factor\": 2.5}, \"ignore_unmapped\": false,"
            + " \"boost\": 2.0, \"_name\": \"q\"}}}}");
  }

  public void testRadialQueries() throws IOException {
    createVectorIndex(", \"precision\": \"int4\"");
    index(randomVectors(20), 1);
    searchDamaged(
        "{\"explain\": true, \"profile\": true, \"query\": {\"quantized_knn\": {\"embedding\":"
            + " {\"min_score\": 0.1, \"vector\": "
            + NUMBERS
            + ", \"filter\": {\"bool\": {\"must_not\": {\"term\": {\"n\": 1}}}}, \"rescore\":"
            + " true}}}}");
  }

  public void testNestedQueries() {
    createIndexOf(
        "{\"properties\": {\"n\": {\"type\": \"integer\"}, \"c\": {\"type\": \"nested\","
            + " \"properties\": {\"m\": {\"type\": \"integer\"}, \"v\": {\"type\":"
            + " \"quantized_vector\", \"dimension\": 2, \"precision\": \"binary\"}}}}}");
    indexDocuments(
        0,
        List.of(
            "{\"n\": 1, \"c\": [{\"m\": 1, \"v\": [1, 2]}, {\"m\": 2, \"v\": [2, 2]}]}",
            "{\"n\": 2, \"c\": [{\"m\": 3, \"v\": [5, 2]}, {\"m\": 4}]}"),
        1);
    searchDamaged(
        "{\"explain\": true, \"query\": {\"nested\": {\"path\": \"c\", \"query\": {\"quantized_knn\":"
            + " {\"c.v\": {\"vector\": [1, 1], \"k\": 5, \"expand_nested_docs\": true, \"filter\":"
            + " {\"bool\": {\"should\": [{\"term\": {\"n\": 1}}, {\"term\": {\"c.m\": 3}}, {\"nested\":"
            + " {\"path\": \"c\", \"query\": {\"term\": {\"c.m\": 4}}}}]}}}}}, \"inner_hits\": {}}}}");
  }

  private void searchDamaged(String request) {
    for (int i = 0; i < ROUNDS; i++) {
      String damaged = damage(request);
      assertNotOurs(
          damaged,
          () -> {
            try (XContentParser parser = createParser(XContentType.JSON.xContent(), damaged)) {
              SearchSourceBuilder source = SearchSourceBuilder.fromXContent(parser);
              client().search(new SearchRequest(INDEX).source(source)).actionGet();
            }
          });
    }
  }

  public void testMappings() {
    String field =
        "{\"type\": \"quantized_vector\", \"dimension\": 16, \"space_type\": \"l2\", \"precision\":"
            + " \"int4\", \"rerank\": \"int8\", \"derived_source\": true, \"allocation\": \"mixed\","
            + " \"calibration\": {\"mode\": \"dynamic\", \"method\": \"percentile\", \"percentile\":"
            + " 99.9}, \"method\": {\"name\": \"hnsw\", \"parameters\": {\"m\": 16,"
            + " \"ef_construction\": 100}}}";
    for (int i = 0; i < ROUNDS; i++) {
      String damaged = "{\"properties\": {\"embedding\": " + damage(field) + "}}";
      if (!isJson(damaged)) {
        // The platform refuses it before anybody reads a mapping.
        continue;
      }
      assertNotOurs(
          damaged,
          () -> {
            createIndexOf(damaged);
            client().admin().indices().prepareDelete(INDEX).get();
          });
    }
  }
}
