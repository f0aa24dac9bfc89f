/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.cold;

import io.quantvec.integ.node.NodeOptions;
import io.quantvec.integ.node.OpenSearchNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Measures searches of a node that has just started, over REST, one after the other from the first
 * answer: with the warm-up of the kernels at start, and without.
 *
 * <p>System properties: {@code cold.vectors} (default: 20,000), {@code cold.dimension} (384),
 * {@code cold.seconds} (20) and {@code cold.rounds} (1). Vectors are synthetic: clusters of
 * normally distributed vectors.
 */
public final class ColdNode {

  private static final String SETTING = "plugins.quantized_vector.warm_kernels_on_start";
  private static final List<String> PRECISIONS = List.of("binary", "int2", "int4", "int8");
  private static final int CLUSTERS = 500;
  private static final int BULK = 500;
  private static final int QUERIES = 1_000;
  private static final int K = 10;

  /** Searches that do not count as slowest, because they load classes. */
  private static final int FIRST = 10;

  private static final double SHARE = .8;
  private static final double STEP_SECONDS = .1;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int vectors = Integer.getInteger("cold.vectors", 20_000);
  private final int dimension = Integer.getInteger("cold.dimension", 384);
  private final double seconds = Integer.getInteger("cold.seconds", 20);
  private final float[][] centers = new float[CLUSTERS][dimension];
  private final Random random = new Random(42);

  private ColdNode() {
    for (float[] center : centers) {
      for (int d = 0; d < dimension; d++) {
        center[d] = (float) random.nextGaussian();
      }
    }
  }

  /** Runs the measurement with the settings of the system properties. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ColdNode cold = new ColdNode();
    System.out.printf(
        Locale.ROOT,
        "%-8s %-8s %10s %10s %10s  %s%n",
        "warm-up",
        "row",
        "s to 80 %",
        "steady/s",
        "slowest ms",
        "searches in each second");
    for (boolean warm : new boolean[] {true, false}) {
      cold.measure(warm);
    }
  }

  private void measure(boolean warm) throws IOException, InterruptedException {
    NodeOptions options =
        NodeOptions.fromSystemProperties().withSettings(Map.of(SETTING, Boolean.toString(warm)));
    try (OpenSearchNode node = OpenSearchNode.start(options)) {
      for (String precision : PRECISIONS) {
        index(node.http(), precision);
      }
      for (int round = 0; round < Integer.getInteger("cold.rounds", 1); round++) {
        for (String precision : PRECISIONS) {
          node.restart();
          print(warm, precision, search(node.http(), precision));
        }
      }
    }
  }

  private void index(URI http, String precision) throws IOException, InterruptedException {
    String index = "/" + precision;
    call(
        http,
        "PUT",
        index,
        """
        {"settings": {"index": {"quantized_vector": true, "number_of_replicas": 0}},
         "mappings": {"properties": {
          "v": {"type": "quantized_vector", "dimension": %d, "precision": "%s"}}}}
        """
            .formatted(dimension, precision));
    for (int from = 0; from < vectors; from += BULK) {
      StringBuilder lines = new StringBuilder();
      for (int i = from; i < Math.min(vectors, from + BULK); i++) {
        lines.append("{\"index\": {}}\n{\"v\": ").append(vector()).append("}\n");
      }
      call(http, "POST", index + "/_bulk", lines.toString());
    }
    call(http, "POST", index + "/_forcemerge?max_num_segments=1", "");
    call(http, "POST", index + "/_flush", "");
  }

  private String vector() {
    float[] center = centers[random.nextInt(CLUSTERS)];
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = center[d] + (float) random.nextGaussian();
    }
    return Arrays.toString(vector);
  }

  /**
   * Returns the time at which each search ended, in nanoseconds since the start of the first one.
   */
  private long[] search(URI http, String precision) throws IOException, InterruptedException {
    List<String> bodies = new ArrayList<>();
    for (int q = 0; q < QUERIES; q++) {
      bodies.add(
          "{\"size\": %d, \"query\": {\"quantized_knn\": {\"v\": {\"vector\": %s, \"k\": %d}}}}"
              .formatted(K, vector(), K));
    }
    List<Long> ends = new ArrayList<>();
    long start = System.nanoTime();
    do {
      call(
          http,
          "POST",
          "/" + precision + "/_search?_source=false",
          bodies.get(ends.size() % QUERIES));
      ends.add(System.nanoTime() - start);
    } while (System.nanoTime() - start < seconds * 1e9);
    return ends.stream().mapToLong(Long::longValue).toArray();
  }

  private void print(boolean warm, String precision, long[] ends) {
    double steady = between(ends, seconds * .75, seconds) / (seconds * .25);
    double fast = 0;
    while (fast + 1 < seconds && between(ends, fast, fast + 1) < SHARE * steady) {
      fast += STEP_SECONDS;
    }
    long slowest = 0;
    for (int i = FIRST; i < ends.length; i++) {
      slowest = Math.max(slowest, ends[i] - ends[i - 1]);
    }
    StringBuilder perSecond = new StringBuilder();
    for (int s = 0; s < seconds; s++) {
      perSecond.append(between(ends, s, s + 1)).append(' ');
    }
    System.out.printf(
        Locale.ROOT,
        "%-8s %-8s %10.1f %10.0f %10.0f  %s%n",
        warm ? "on" : "off",
        precision,
        fast,
        steady,
        slowest / 1e6,
        perSecond);
  }

  private static int between(long[] ends, double from, double to) {
    return place(ends, to) - place(ends, from);
  }

  private static int place(long[] ends, double seconds) {
    int place = Arrays.binarySearch(ends, (long) (seconds * 1e9));
    return place < 0 ? -place - 1 : place;
  }

  private void call(URI http, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(http.resolve(path))
            .header(
                "Content-Type",
                path.contains("_bulk") ? "application/x-ndjson" : "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300 || response.body().contains("\"errors\":true")) {
      throw new IOException(
          method
              + " "
              + path
              + " was answered with "
              + response.statusCode()
              + ": "
              + response.body());
    }
  }
}
