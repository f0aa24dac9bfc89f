/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.soak;

import io.quantvec.integ.node.OpenSearchNode;
import io.quantvec.integ.node.Rest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The resources that a node holds.
 *
 * @param heapMegabytes heap in use after a full collection
 * @param openFiles file descriptors
 * @param deletedFiles mapped files of shards that have been deleted; -1 where the system does not
 *     tell
 * @param openSearches searches and scrolls that have not ended
 * @param breakersTripped requests that circuit breakers refused since the node's start
 * @param requestMegabytes memory of requests that should have been released
 */
record NodeFigures(
    long heapMegabytes,
    int openFiles,
    long deletedFiles,
    int openSearches,
    int breakersTripped,
    long requestMegabytes) {

  /** Returns whether the node may still release resources: a merge closes its files last. */
  boolean isBusy() {
    return openSearches > 0 || deletedFiles > 0 || requestMegabytes > 0;
  }

  static NodeFigures of(OpenSearchNode node) throws IOException {
    collectGarbage(node.pid());
    try (Rest rest = new Rest(node)) {
      Map<String, ?> nodes =
          rest.get("/_nodes/_local/stats/jvm,process,breaker,indices").at("nodes");
      Rest.Json stats = new Rest.Json(Map.of("node", nodes.values().iterator().next()));
      int tripped = 0;
      for (Object breaker : stats.<Map<String, Map<String, Object>>>at("node.breakers").values()) {
        tripped += (Integer) ((Map<?, ?>) breaker).get("tripped");
      }
      return new NodeFigures(
          stats.<Number>at("node.jvm.mem.heap_used_in_bytes").longValue() >> 20,
          stats.at("node.process.open_file_descriptors"),
          deletedFiles(node.pid()),
          stats.at("node.indices.search.open_contexts"),
          tripped,
          stats.<Number>at("node.breakers.request.estimated_size_in_bytes").longValue() >> 20);
    }
  }

  private static void collectGarbage(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.run")
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (jcmd.waitFor() != 0) {
        throw new IOException("jcmd does not reach the node: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static long deletedFiles(long pid) {
    try (Stream<String> maps = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
      return maps.filter(line -> line.contains("/indices/") && line.endsWith("(deleted)")).count();
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }
}
