/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher reports each failure and leaves neither a process nor a file behind. */
class LauncherIT {

  @TempDir private Path workDir;
  private Set<Long> childrenBefore;

  @BeforeEach
  void prepare() throws IOException {
    Files.setPosixFilePermissions(workDir, PosixFilePermissions.fromString("rwxr-xr-x"));
    SharedNode.get();
    childrenBefore = children();
  }

  @Test
  void showsTheLogWhenTheJvmDoesNotStart() throws IOException {
    NodeOptions withoutPlugin = SharedNode.options().withPluginZip(null);
    assertFails(withoutPlugin.withHeap("12q"), "Invalid initial heap size: -Xms12q");
  }

  @Test
  void showsTheLogWhenTheNodeDoesNotStart() throws IOException {
    NodeOptions options = SharedNode.withInstalledPlugin(SharedNode.options());
    assertFails(options.withHttpPort(SharedNode.get().http().getPort()), "BindHttpException");
  }

  @Test
  void showsWhatTheCliSaysOfABadPlugin() throws IOException {
    Path zip = Files.writeString(workDir.resolve("broken.zip"), "no zip");
    assertFails(SharedNode.options().withPluginZip(zip), "the plugin CLI ended with code");
  }

  private void assertFails(NodeOptions options, String reason) throws IOException {
    Path homes = Files.createDirectory(workDir.resolve("homes"));
    NodeStartException e =
        assertThrows(
            NodeStartException.class, () -> OpenSearchNode.start(options.withWorkDir(homes)));
    assertTrue(e.getMessage().contains("the end of its log:"), e::getMessage);
    assertTrue(e.getMessage().contains(reason), e::getMessage);
    assertEquals(childrenBefore, children());
    assertEquals(List.of(), list(homes));
  }

  @Test
  void stopsTheNodeWhenItIsTerminated() throws Exception {
    endOfForegroundNode(Process::destroy);
  }

  /** No shutdown hook runs in this case. */
  @Test
  void stopsTheNodeWhenItIsKilled() throws Exception {
    endOfForegroundNode(Process::destroyForcibly);
  }

  private interface End {
    void of(Process launcher);
  }

  private void endOfForegroundNode(End end) throws Exception {
    NodeOptions options = SharedNode.options();
    Path log = workDir.resolve("launcher.log");
    Path homes = Files.createDirectory(workDir.resolve("homes"));
    Files.setPosixFilePermissions(homes, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + homes,
            "-D" + NodeOptions.DISTRIBUTION_PROPERTY + "=" + options.distribution(),
            "-D" + NodeOptions.PLUGIN_ZIP_PROPERTY + "=" + options.pluginZip(),
            "-Dhttp.port=0",
            "-Dnode.heap=" + options.heap(),
            "-classpath",
            Path.of(
                    ForegroundNode.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString(),
            ForegroundNode.class.getName());
    // The node inherits this variable.
    builder.environment().put("JDK_JAVA_OPTIONS", NodeOptions.FAST_START);
    Process launcher = builder.redirectError(log.toFile()).start();
    try {
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8));
      String line = output.readLine();
      assertTrue(
          line != null && line.matches(".* listens on http://127\\.0\\.0\\.1:\\d+ .*"),
          () -> line + "\n" + read(log));
      List<ProcessHandle> descendants = launcher.descendants().toList();
      assertTrue(
          descendants.stream()
              .anyMatch(p -> p.info().commandLine().orElse("").contains("bootstrap.OpenSearch")),
          descendants::toString);
      end.of(launcher);
      assertTrue(launcher.waitFor(3, TimeUnit.MINUTES), "the launcher does not end");
      awaitEnd(descendants);
      // The watchdog has ended, too, so the home is removed.
      assertEquals(List.of(), list(homes));
    } finally {
      launcher.descendants().forEach(ProcessHandle::destroyForcibly);
      launcher.destroyForcibly();
    }
  }

  private static void awaitEnd(List<ProcessHandle> processes) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    for (ProcessHandle process : processes) {
      // A zombie process is still listed, without a command line.
      while (process.isAlive() && process.info().commandLine().isPresent()) {
        assertTrue(System.nanoTime() < deadline, () -> "still there: " + process.info());
        Thread.sleep(50);
      }
    }
  }

  @Test
  void twoNodesDoNotCollide() throws IOException {
    NodeOptions options = SharedNode.withInstalledPlugin(SharedNode.options());
    try (OpenSearchNode other = OpenSearchNode.start(options)) {
      OpenSearchNode shared = SharedNode.get();
      assertFalse(other.http().equals(shared.http()));
      assertFalse(other.home().equals(shared.home()));
      try (Rest one = new Rest(shared);
          Rest two = new Rest(other)) {
        assertFalse(one.get("/").at("cluster_uuid").equals(two.get("/").at("cluster_uuid")));
      }
    }
    assertEquals(childrenBefore, children());
  }

  private static Set<Long> children() {
    return new HashSet<>(
        ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(Collectors.toSet()));
  }

  private static List<Path> list(Path dir) throws IOException {
    // A killed JVM leaves its file of performance counters.
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> !file.getFileName().toString().startsWith("hsperfdata")).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
