/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.soak;

import io.quantvec.integ.node.Rest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** The queries of a search client, and the checks of their answers. */
final class SoakSearches {

  static final String INDEX = "soak";
  static final int K = 10;

  /**
   * A kind of query.
   *
   * @param query JSON with {@code %s} for the vector and maybe {@code %d} for a tag
   * @param filtered whether hits must have that tag
   */
  private record Kind(String query, boolean filtered) {}

  /** The kinds of queries. Add a line for each new query of the plugin. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind(knn("graph", ""), false),
          new Kind(knn("graph", ", \"rescore\": false"), false),
          new Kind(knn("graph", ", \"rescore\": {\"oversample_factor\": 5}"), false),
          new Kind(knn("graph", ", \"method_parameters\": {\"ef_search\": 300}"), false),
          new Kind(knn("graph", ", \"filter\": {\"term\": {\"tag\": %2$d}}"), true),
          new Kind(knn("scan", ""), false),
          new Kind(knn("scan", ", \"filter\": {\"term\": {\"tag\": %2$d}}"), true),
          // Finds all documents with the tag, because no distance is larger.
          new Kind(
              "{\"quantized_knn\": {\"graph\": {\"vector\": %1$s, \"max_distance\": 1e9,"
                  + " \"filter\": {\"term\": {\"tag\": %2$d}}}}}",
              true),
          new Kind(
              "{\"nested\": {\"path\": \"parts\", \"query\": " + knn("parts.vector", "") + "}}",
              false),
          new Kind(
              "{\"nested\": {\"path\": \"parts\", \"score_mode\": \"max\", \"query\": "
                  + knn(
                      "parts.vector",
                      ", \"expand_nested_docs\": true, \"filter\": {\"term\": {\"tag\": %2$d}}")
                  + ", \"inner_hits\": {\"_source\": false}}}",
              true),
          new Kind(
              "{\"script_score\": {\"query\": {\"term\": {\"tag\": %2$d}}, \"script\": {\"source\":"
                  + " \"doc['scan'].score(params.v)\", \"params\": {\"v\": %1$s}}}}",
              true),
          new Kind(
              "{\"bool\": {\"must\": "
                  + knn("graph", ", \"rescore\": true")
                  + ", \"should\": {\"term\": {\"tag\": {\"value\": %2$d, \"boost\": 0.01}}}}}",
              false));

  private final SoakClient client;
  private final Ledger ledger;

  SoakSearches(SoakClient client, Ledger ledger) {
    this.client = client;
    this.ledger = ledger;
  }

  private static String knn(String field, String parameters) {
    return "{\"quantized_knn\": {\""
        + field
        + "\": {\"vector\": %1$s, \"k\": "
        + K
        + parameters
        + "}}}";
  }

  /** Sends one random query. */
  void search(Random random) {
    Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    int tag = random.nextInt(Ledger.TAGS);
    float[] vector = Ledger.vector(random.nextInt(ledger.ids()), -1 - random.nextInt(1000));
    String body = request(kind.query, vector, tag, random.nextBoolean());
    Rest.Json response =
        client.call("POST", "/" + INDEX + "/_search", body, SoakSearches::complete);
    List<Map<String, Object>> hits = response.at("hits.hits");
    // At any time far more documents have each tag.
    if (hits.size() != K) {
      throw client.error(hits.size() + " hits of " + body);
    }
    double last = Double.POSITIVE_INFINITY;
    for (Map<String, Object> hit : hits) {
      double score = ((Number) hit.get("_score")).doubleValue();
      int id = Integer.parseInt((String) hit.get("_id"));
      if (!(score <= last) || kind.filtered && id % Ledger.TAGS != tag) {
        throw client.error("hit " + hit + " of " + body);
      }
      last = score;
    }
  }

  private static String request(String query, float[] vector, int tag, boolean source) {
    return "{\"size\": "
        + K
        + ", \"_source\": "
        + source
        + ", \"query\": "
        + String.format(Locale.ROOT, query, Arrays.toString(vector), tag)
        + "}";
  }

  /**
   * Returns whether an answer is complete. The platform counts a shard without a copy as not
   * successful, but not as failed. It omits the hits of a shard whose copy closes between the two
   * phases of a search.
   */
  private static boolean complete(Rest.Json response) {
    int hits = response.<List<?>>at("hits.hits").size();
    return response.<Integer>at("_shards.successful") == (int) response.<Integer>at("_shards.total")
        && !response.<Boolean>at("timed_out")
        && hits >= Math.min(K, response.<Integer>at("hits.total.value"));
  }

  /** Returns the ids that one copy of each shard finds. */
  List<Integer> find(String field, String parameters, String preference, float[] vector) {
    Rest.Json response =
        client.call(
            "POST",
            "/" + INDEX + "/_search?preference=" + preference,
            request(knn(field, parameters), vector, 0, false),
            SoakSearches::complete);
    List<Integer> ids = new ArrayList<>();
    response
        .<List<Map<String, Object>>>at("hits.hits")
        .forEach(hit -> ids.add(Integer.valueOf((String) hit.get("_id"))));
    return ids;
  }
}
