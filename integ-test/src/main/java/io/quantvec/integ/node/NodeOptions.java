/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an {@link OpenSearchNode} is started from.
 *
 * @param distribution the folder that the build assembles: {@code lib}, {@code modules}, {@code
 *     agent}, {@code config}; it is copied and never written to
 * @param pluginZip the plugin to install; null for none
 * @param workDir where the node's home is made; null, or a folder that the node's user cannot
 *     reach, for {@code java.io.tmpdir}
 * @param httpPort the port on 127.0.0.1; 0 for a free one
 * @param heap the heap's least and greatest size, as {@code -Xmx} takes it
 * @param vectorApi whether the Vector API's module is added, as OpenSearch's own {@code
 *     jvm.options} do
 * @param jvmArgs further arguments; they win over the launcher's own
 * @param settings lines of {@code opensearch.yml}; they win over the launcher's own
 */
public record NodeOptions(
    Path distribution,
    Path pluginZip,
    Path workDir,
    int httpPort,
    String heap,
    boolean vectorApi,
    List<String> jvmArgs,
    Map<String, String> settings) {

  /** The system property that names the distribution; the module's pom sets it. */
  public static final String DISTRIBUTION_PROPERTY = "quantvec.distribution";

  /** The system property that names the plugin's zip; the module's pom sets it. */
  public static final String PLUGIN_ZIP_PROPERTY = "quantvec.plugin.zip";

  /** What C1 saves of a start: for functional tests, never for a measurement. */
  public static final String FAST_START = "-XX:TieredStopAtLevel=1";

  public NodeOptions {
    Objects.requireNonNull(distribution, "distribution");
    Objects.requireNonNull(heap, "heap");
    if (httpPort < 0 || httpPort > 65_535) {
      throw new IllegalArgumentException(
          "the HTTP port must be between 0 and 65535, but was " + httpPort);
    }
    if (!Files.isDirectory(distribution.resolve("lib"))) {
      throw new IllegalArgumentException(
          "no distribution in " + distribution + ": the package phase of integ-test assembles it");
    }
    if (pluginZip != null && !Files.isRegularFile(pluginZip)) {
      throw new IllegalArgumentException("no plugin zip at " + pluginZip);
    }
    jvmArgs = List.copyOf(jvmArgs);
    settings = Map.copyOf(settings);
  }

  /** A free port, 1 GB of heap, and the Vector API. */
  public static NodeOptions of(Path distribution, Path pluginZip) {
    return new NodeOptions(distribution, pluginZip, null, 0, "1g", true, List.of(), Map.of());
  }

  /** {@link #of} with what {@code quantvec.distribution} and {@code quantvec.plugin.zip} name. */
  public static NodeOptions fromSystemProperties() {
    return of(
        Path.of(required(DISTRIBUTION_PROPERTY)).toAbsolutePath(),
        Path.of(required(PLUGIN_ZIP_PROPERTY)).toAbsolutePath());
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException(
          "the system property " + property + " is not set; the build sets it");
    }
    return value;
  }

  public NodeOptions withPluginZip(Path zip) {
    return new NodeOptions(
        distribution, zip, workDir, httpPort, heap, vectorApi, jvmArgs, settings);
  }

  public NodeOptions withWorkDir(Path dir) {
    return new NodeOptions(
        distribution, pluginZip, dir, httpPort, heap, vectorApi, jvmArgs, settings);
  }

  public NodeOptions withHttpPort(int port) {
    return new NodeOptions(
        distribution, pluginZip, workDir, port, heap, vectorApi, jvmArgs, settings);
  }

  public NodeOptions withHeap(String size) {
    return new NodeOptions(
        distribution, pluginZip, workDir, httpPort, size, vectorApi, jvmArgs, settings);
  }

  public NodeOptions withVectorApi(boolean on) {
    return new NodeOptions(distribution, pluginZip, workDir, httpPort, heap, on, jvmArgs, settings);
  }

  /** These arguments after those that are there already. */
  public NodeOptions withJvmArgs(String... args) {
    List<String> all = new ArrayList<>(jvmArgs);
    all.addAll(List.of(args));
    return new NodeOptions(
        distribution, pluginZip, workDir, httpPort, heap, vectorApi, all, settings);
  }

  /** These lines of {@code opensearch.yml} and those that are there already. */
  public NodeOptions withSettings(Map<String, String> lines) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(lines);
    return new NodeOptions(
        distribution, pluginZip, workDir, httpPort, heap, vectorApi, jvmArgs, all);
  }
}
