/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** The dictionary in an index with one of the mappings. */
public final class DemoIndex {

  private static final int BULK_SIZE = 500;
  private static final double OVERSAMPLE = 3.0;
  private static final Gson JSON = new Gson();

  private final RestClient node;
  private final Keeping keeping;
  private final String name;

  /**
   * The settings of the mapping.
   *
   * @param precision precision of the codes
   * @param rerank precision of the rerank copy
   * @param derivedSource whether {@code _source} omits vector text on disk
   */
  public record Keeping(String precision, String rerank, boolean derivedSource) {

    /** Returns the label for the progress bar and the table. */
    public String label() {
      return precision + " + " + rerank + (derivedSource ? "" : " + text");
    }
  }

  /**
   * @param node the node with the index
   * @param keeping the settings of the mapping
   */
  public DemoIndex(RestClient node, Keeping keeping) {
    this.node = node;
    this.keeping = keeping;
    this.name = "dictionary-" + keeping.label().replace(" + ", "-");
  }

  /** Returns the settings of the mapping. */
  public Keeping keeping() {
    return keeping;
  }

  /** Returns the name of the index. */
  public String name() {
    return name;
  }

  /** A hit. */
  public record Hit(int number, String words, String definition, double score) {}

  /** The hits of a search, best first, and its time over REST. */
  public record Result(List<Hit> hits, long nanos) {}

  /** Creates the index without automatic refreshes, so that the number of its segments is known. */
  public void create() {
    node.call(
        "PUT",
        "/" + name,
        """
        {
          "settings": {
            "index.quantized_vector": true,
            "index.number_of_shards": 1,
            "index.number_of_replicas": 0,
            "index.refresh_interval": -1
          },
          "mappings": {
            "properties": {
              "embedding": {
                "type": "quantized_vector",
                "dimension": %d,
                "space_type": "cosinesimil",
                "precision": "%s",
                "rerank": "%s",
                "derived_source": %s
              },
              "word": { "type": "keyword" },
              "definition": { "type": "text" }
            }
          }
        }
        """
            .formatted(
                SentenceEmbedder.DIMENSION,
                keeping.precision(),
                keeping.rerank(),
                keeping.derivedSource()));
  }

  /**
   * Indexes definitions. The id of each is its position in the list.
   *
   * @param progress receives the number of definitions that were just indexed
   */
  public void add(List<Gloss> glosses, float[][] vectors, IntConsumer progress) {
    int half = glosses.size() / 2;
    int bulkSize = Math.min(BULK_SIZE, half);
    boolean refreshed = false;
    for (int from = 0; from < glosses.size(); from += bulkSize) {
      if (from >= half && !refreshed) {
        // Two segments, so that a merge happens: a single segment stays as it was flushed,
        // with all its files in one.
        refreshed = true;
        node.call("POST", "/" + name + "/_refresh", "");
      }
      int to = Math.min(from + bulkSize, glosses.size());
      StringBuilder lines = new StringBuilder();
      for (int i = from; i < to; i++) {
        Gloss gloss = glosses.get(i);
        lines.append(JSON.toJson(Map.of("index", Map.of("_id", Integer.toString(i)))));
        lines.append("\n{\"embedding\":").append(Arrays.toString(vectors[i]).replace(" ", ""));
        lines.append(",\"word\":").append(JSON.toJson(gloss.words()));
        lines.append(",\"definition\":").append(JSON.toJson(gloss.definition())).append("}\n");
      }
      requireIndexed(node.call("POST", "/" + name + "/_bulk", lines.toString()).body());
      progress.accept(to - from);
    }
  }

  private void requireIndexed(JsonObject answer) {
    if (!answer.get("errors").getAsBoolean()) {
      return;
    }
    for (JsonElement item : answer.getAsJsonArray("items")) {
      JsonObject result = item.getAsJsonObject().getAsJsonObject("index");
      if (result.has("error")) {
        throw new DemoFailure(
            "Document "
                + result.get("_id").getAsString()
                + " was not indexed into "
                + name
                + ": "
                + result.getAsJsonObject("error").get("reason"));
      }
    }
    throw new DemoFailure("A bulk request to " + name + " had errors, but names none");
  }

  /**
   * Merges all segments into one and flushes it.
   *
   * @return the name of the segment
   */
  public String settle() {
    node.call("POST", "/" + name + "/_refresh", "");
    node.call("POST", "/" + name + "/_forcemerge?max_num_segments=1", "");
    node.call("POST", "/" + name + "/_flush?force=true", "");
    node.call("POST", "/" + name + "/_refresh", "");
    JsonObject segments =
        node.call("GET", "/" + name + "/_segments", "")
            .body()
            .getAsJsonObject("indices")
            .getAsJsonObject(name)
            .getAsJsonObject("shards")
            .getAsJsonArray("0")
            .get(0)
            .getAsJsonObject()
            .getAsJsonObject("segments");
    if (segments.size() != 1) {
      throw new DemoFailure("After a merge into one segment " + name + " has " + segments.keySet());
    }
    return segments.keySet().iterator().next();
  }

  /** Returns the id of the index, which is the name of its folder on the node's disk. */
  public String uuid() {
    return node.call("GET", "/" + name + "/_settings", "")
        .body()
        .getAsJsonObject(name)
        .getAsJsonObject("settings")
        .getAsJsonObject("index")
        .get("uuid")
        .getAsString();
  }

  /**
   * Searches for the numbers of the nearest definitions.
   *
   * @param rescore whether the search rescores candidates with their rerank copies
   */
  public Result search(float[] vector, int k, boolean rescore) {
    return search(vector, k, rescore, "false");
  }

  /** Searches for the nearest definitions with their words. The search rescores. */
  public Result define(float[] vector, int k) {
    return search(vector, k, true, "[\"word\",\"definition\"]");
  }

  private Result search(float[] vector, int k, boolean rescore, String source) {
    String body =
        "{\"size\":"
            + k
            + ",\"_source\":"
            + source
            + ",\"query\":{\"quantized_knn\":{\"embedding\":{\"vector\":"
            + Arrays.toString(vector)
            + ",\"k\":"
            + k
            + ",\"rescore\":"
            + (rescore ? "{\"oversample_factor\":" + OVERSAMPLE + "}" : "false")
            + "}}}}";
    RestClient.Answer answer = node.call("POST", "/" + name + "/_search", body);
    List<Hit> hits = new ArrayList<>(k);
    for (JsonElement element : answer.body().getAsJsonObject("hits").getAsJsonArray("hits")) {
      hits.add(hit(element.getAsJsonObject()));
    }
    return new Result(List.copyOf(hits), answer.nanos());
  }

  private static Hit hit(JsonObject json) {
    JsonObject source = json.getAsJsonObject("_source");
    List<String> words = new ArrayList<>();
    if (source != null) {
      source.getAsJsonArray("word").forEach(word -> words.add(word.getAsString()));
    }
    return new Hit(
        json.get("_id").getAsInt(),
        String.join(", ", words),
        source == null ? "" : source.get("definition").getAsString(),
        json.get("_score").getAsDouble());
  }
}
