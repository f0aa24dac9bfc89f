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
 * The options of an {@link OpenSearchNode}.
 *
 * @param distribution the folder that the build assembles: {@code lib}, {@code modules}, {@code
 *     agent}, {@code config}; or the home of another node, whose plugins are copied with it. The
 *     node copies the folder and never writes to it
 * @param pluginZip the plugin to install, unless the distribution has it; null for none
 * @param workDir the folder for the node's home; null for {@code java.io.tmpdir}, which is also
 *     used if the node's user cannot reach the folder
 * @param httpPort the port on 127.0.0.1; 0 for a free one
 * @param heap the smallest and largest size of the heap, as {@code -Xmx} takes it
 * @param vectorApi whether the module of the Vector API is added, as in OpenSearch's {@code
 *     jvm.options}
 * @param jvmArgs further arguments; they override the launcher's own
 * @param settings lines of {@code opensearch.yml}; they override the launcher's own
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

  /** The system property with the distribution's folder. The module's pom sets it. */
  public static final String DISTRIBUTION_PROPERTY = "quantvec.distribution";

  /** The system property with the plugin's zip. The module's pom sets it. */
  public static final String PLUGIN_ZIP_PROPERTY = "quantvec.plugin.zip";

  /** Starts faster with the C1 compiler only. For functional tests, never for measurements. */
  public static final String FAST_START = "-XX:TieredStopAtLevel=1";

  public NodeOptions {
    Objects.requireNonNull(distribution, "distribution");
    Objects.requireNonNull(heap, "heap");
    if (httpPort < 0 || httpPort > 65_535) {
      throw new IllegalArgumentException(
          "the HTTP port must be between 0 and 65535, got " + httpPort);
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

  /** Returns options with a free port, 1 GB of heap, and the Vector API. */
  public static NodeOptions of(Path distribution, Path pluginZip) {
    return new NodeOptions(distribution, pluginZip, null, 0, "1g", true, List.of(), Map.of());
  }

  /**
   * Returns {@link #of} with the values of {@code quantvec.distribution} and {@code
   * quantvec.plugin.zip}.
   */
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

  public NodeOptions withDistribution(Path folder) {
    return new NodeOptions(
        folder, pluginZip, workDir, httpPort, heap, vectorApi, jvmArgs, settings);
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

  /** Returns these options with further JVM arguments after the existing ones. */
  public NodeOptions withJvmArgs(String... args) {
    List<String> all = new ArrayList<>(jvmArgs);
    all.addAll(List.of(args));
    return new NodeOptions(
        distribution, pluginZip, workDir, httpPort, heap, vectorApi, all, settings);
  }

  /** Returns these options with further lines of {@code opensearch.yml}. */
  public NodeOptions withSettings(Map<String, String> lines) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(lines);
    return new NodeOptions(
        distribution, pluginZip, workDir, httpPort, heap, vectorApi, jvmArgs, all);
  }
}
