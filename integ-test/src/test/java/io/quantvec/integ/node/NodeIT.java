/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that the node is a real one: the platform's agent and flags, the plugin, and its files.
 */
class NodeIT {

  private final OpenSearchNode node = SharedNode.get();
  private final Rest rest = new Rest(node);

  @AfterEach
  void close() {
    rest.close();
  }

  @Test
  void runsWithTheAgentAndTheVectorApi() throws IOException {
    List<String> arguments =
        rest.get("/_nodes/_local/jvm").<Map<String, ?>>at("nodes").values().stream()
            .map(
                info ->
                    new Rest.Json(Map.of("info", info))
                        .<List<String>>at("info.jvm.input_arguments"))
            .findFirst()
            .orElseThrow();
    assertTrue(
        arguments.contains("-javaagent:" + node.home().resolve("agent/opensearch-agent.jar")),
        arguments::toString);
    assertTrue(arguments.contains("--add-modules=jdk.incubator.vector"), arguments::toString);
    assertTrue(
        Files.readString(node.log()).contains("Using incubator modules: jdk.incubator.vector"));
  }

  @Test
  void hasThePluginAndTheModules() throws IOException {
    Map<String, ?> nodes = rest.get("/_nodes/_local/plugins").at("nodes");
    Rest.Json info = new Rest.Json(Map.of("info", nodes.values().iterator().next()));
    assertEquals(List.of("quantvec"), names(info.at("info.plugins")));
    assertEquals(
        List.of("analysis-common", "lang-painless", "percolator", "reindex", "transport-netty4"),
        names(info.at("info.modules")));
  }

  private static List<String> names(List<Map<String, String>> plugins) {
    return plugins.stream().map(plugin -> plugin.get("name")).sorted().toList();
  }

  /** Returns the names of files. The node may remove files between listing and reading. */
  private static List<String> fileNames(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            names.add(file.getFileName().toString());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
            return e == null ? FileVisitResult.CONTINUE : visitFileFailed(dir, e);
          }
        });
    return names;
  }

  /** Looks at the files, because a field would be searchable in Lucene's default format, too. */
  @Test
  void writesFilesOfOurFormats() throws IOException {
    rest.put(
        "/files",
        """
        {"settings": {"index": {"quantized_vector": true, "number_of_shards": 1,
            "number_of_replicas": 0, "use_compound_file": false}},
         "mappings": {"properties": {
            "graph": {"type": "quantized_vector", "dimension": 2,
              "method": {"name": "hnsw", "parameters": {"approximate_threshold": 0}}},
            "scan": {"type": "quantized_vector", "dimension": 2, "method": {"name": "flat"}}}}}
        """);
    try {
      for (int i = 1; i <= 10; i++) {
        rest.put("/files/_doc/" + i, "{\"graph\": [" + i + ", 1], \"scan\": [" + i + ", 1]}");
      }
      rest.post("/files/_flush", null);
      TreeSet<String> vectorFiles = new TreeSet<>();
      for (String name : fileNames(node.dataPath())) {
        if (name.matches("_\\w+?_[A-Z]\\w*_\\d+\\.(ve\\w|qv\\w)")) {
          vectorFiles.add(name);
        }
      }
      for (String format : List.of("QuantvecHnsw", "QuantvecFlat")) {
        for (String extension : List.of("qvm", "qvk", "qvc", "qvr")) {
          assertTrue(
              vectorFiles.stream()
                  .anyMatch(name -> name.matches("_\\w+_" + format + "_\\d+\\." + extension)),
              () -> "no ." + extension + " file of " + format + " in " + vectorFiles);
        }
      }
      assertTrue(
          vectorFiles.stream().anyMatch(name -> name.matches("_\\w+_QuantvecHnsw_\\d+\\.vex")),
          vectorFiles::toString);
      assertFalse(
          vectorFiles.stream().anyMatch(name -> name.contains("_Lucene")), vectorFiles::toString);
    } finally {
      rest.call("DELETE", "/files", null);
    }
  }
}
