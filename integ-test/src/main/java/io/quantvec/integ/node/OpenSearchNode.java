/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real OpenSearch node in a process of its own, with the plugin installed by OpenSearch's own
 * CLI. It has its own home, a copy of the distribution, which goes when it is closed; data outlives
 * {@link #restart} and {@link #kill}. Whatever ends the caller's JVM ends the node too.
 */
public final class OpenSearchNode implements AutoCloseable {

  /** Of a node that lives: on a machine that does much else one has taken three minutes. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final int TAIL_LINES = 100;

  private final NodeOptions options;
  private final NodeHome home;
  private final Thread shutdownHook = new Thread(this::closeAtExit, "quantvec-node-shutdown");
  private final Object lifecycle = new Object();
  private volatile Process process;
  private volatile URI http;
  private Process watchdog;
  private boolean closed;

  private OpenSearchNode(NodeOptions options) throws IOException {
    this.options = options;
    this.home = NodeHome.create(options.workDir());
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /**
   * Starts a node and waits until it answers.
   *
   * @throws NodeStartException if it does not come up; nothing of it is left then
   */
  public static OpenSearchNode start(NodeOptions options) throws IOException {
    OpenSearchNode node = new OpenSearchNode(options);
    try {
      node.home.fill(options);
      if (options.pluginZip() == null) {
        node.home.handOver();
      } else {
        node.installPlugin();
      }
      node.requireReadableJdk();
      node.launch(true);
      return node;
    } catch (IOException | RuntimeException | Error e) {
      try {
        node.close();
      } catch (IOException | RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** Where the node answers; another port after {@link #restart} if the port was a free one. */
  public URI http() {
    return http;
  }

  /** Where other nodes of a cluster reach this one; another port after {@link #restart}. */
  String transportAddress() throws IOException {
    return Files.readAllLines(home.transportPorts()).get(0);
  }

  /** The folder that holds the indices. */
  public Path dataPath() {
    return home.data();
  }

  /** The node's own folder, which goes when the node is closed. */
  public Path home() {
    return home.root();
  }

  /** What the node has printed, of every start. */
  public Path log() {
    return home.log();
  }

  /** The process id of the node. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process is there. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether {@link #close} has been called, by the caller or by the JVM's end. */
  boolean isClosed() {
    synchronized (lifecycle) {
      return closed;
    }
  }

  /** Stops the node if it runs, and starts it on the same data. */
  public void restart() throws IOException {
    stop();
    launch(true);
  }

  /** {@link #restart} that returns when the node answers, whether or not its shards have opened. */
  public void restartDespiteShards() throws IOException {
    stop();
    launch(false);
  }

  /** Ends the node by SIGKILL, as a crash would, and returns when it is gone. */
  public void kill() throws IOException {
    destroyForcibly(process);
    releaseWatchdog();
  }

  /** Stops the node and removes its home. */
  @Override
  public void close() throws IOException {
    synchronized (lifecycle) {
      closed = true;
    }
    try {
      stop();
    } finally {
      deleteHome();
      try {
        Runtime.getRuntime().removeShutdownHook(shutdownHook);
      } catch (IllegalStateException e) {
        // The JVM is going down: the hook runs or has run.
      }
    }
  }

  private void closeAtExit() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A start that the JVM's end interrupts may still be writing to the home. */
  private void deleteHome() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        home.delete();
        return;
      } catch (IOException e) {
        if (attempt == 10) {
          throw e;
        }
        pause(100);
      }
    }
  }

  /** Stops the node as an operator does, and returns when it is gone; its home remains. */
  public void stop() throws IOException {
    Process running = process;
    if (running != null && running.isAlive()) {
      running.destroy();
      if (!awaitExit(running, STOP_TIMEOUT)) {
        destroyForcibly(running);
      }
    }
    releaseWatchdog();
  }

  private static void destroyForcibly(Process process) throws IOException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    if (!awaitExit(process, STOP_TIMEOUT)) {
      throw new IOException("process " + process.pid() + " does not die");
    }
  }

  private static boolean awaitExit(Process process, Duration timeout) throws IOException {
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a node was stopping", e);
    }
  }

  /** Installs the plugin that the options name, while the node does not run. */
  public void installPlugin() throws IOException {
    runPluginCli("install", "--batch", options.pluginZip().toUri().toString());
  }

  /** Removes the plugin, while the node does not run. */
  public void removePlugin() throws IOException {
    runPluginCli("remove", "quantvec");
  }

  private void runPluginCli(String... arguments) throws IOException {
    Path output = home.logs().resolve("plugin-cli.log");
    Path lib = home.root().resolve("lib");
    List<String> command =
        new ArrayList<>(
            List.of(
                javaExecutable(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dopensearch.path.home=" + home.root(),
                "-Dopensearch.path.conf=" + home.config(),
                "-Dopensearch.distribution.type=tar",
                "-Djava.io.tmpdir=" + home.tmp(),
                "-classpath",
                lib.resolve("*") + ":" + lib.resolve("tools/plugin-cli/*"),
                "org.opensearch.tools.cli.plugin.PluginCli"));
    command.addAll(List.of(arguments));
    Process cli = spawn(command, output);
    if (!awaitExit(cli, START_TIMEOUT)) {
      destroyForcibly(cli);
      throw new NodeStartException("the plugin CLI hangs" + tail(output));
    }
    if (cli.exitValue() != 0) {
      throw new NodeStartException(
          "the plugin CLI ended with code " + cli.exitValue() + tail(output));
    }
    home.handOver();
  }

  private void launch(boolean awaitShards) throws IOException {
    Files.deleteIfExists(home.httpPorts());
    Process started = spawn(home.user().command(nodeCommand()), home.log());
    startWatchdog(started);
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (Files.notExists(home.httpPorts())) {
      requireAlive(started, deadline);
      pause(50);
    }
    http = URI.create("http://" + Files.readAllLines(home.httpPorts()).get(0));
    while (!answers(awaitShards)) {
      requireAlive(started, deadline);
      pause(100);
    }
  }

  private void requireAlive(Process started, long deadline) throws IOException {
    if (!started.isAlive()) {
      throw new NodeStartException(
          "the node ended with code "
              + started.exitValue()
              + " while it started"
              + tail(home.log()));
    }
    if (System.nanoTime() > deadline) {
      throw new NodeStartException(
          "the node did not come up in " + START_TIMEOUT.toSeconds() + " s" + tail(home.log()));
    }
  }

  /**
   * Whether the node is one of a cluster with a manager that knows its indexes again. The platform
   * tells of aliases only then, and of its health before, as if there were no index.
   *
   * @param withShards whether every primary shard has to be there, too
   */
  private boolean answers(boolean withShards) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              http.resolve(
                      withShards ? "/_cluster/health?timeout=5s&wait_for_status=yellow" : "/_alias")
                  .toURL()
                  .openConnection();
      connection.setConnectTimeout(5_000);
      connection.setReadTimeout(30_000);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts a process unless the node is closed: one that is closed leaves nothing running. */
  private Process spawn(List<String> command, Path output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    // As OpenSearch's own start script does.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    synchronized (lifecycle) {
      if (closed) {
        throw new IOException("the node is closed");
      }
      process = builder.start();
      process.getOutputStream().close();
      return process;
    }
  }

  /**
   * A shell that waits for the end of its input, which comes with the end of this JVM, however that
   * comes, then kills the node and removes its home. Not even a SIGKILL leaves a node behind. A
   * file that the node was making when it was killed may appear in a folder that is being removed:
   * hence more than one attempt.
   */
  private void startWatchdog(Process node) throws IOException {
    synchronized (lifecycle) {
      watchdog =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "trap '' HUP INT TERM; read -r released; [ -n \"$released\" ] && exit 0;"
                      + " kill -9 \"$1\" 2>/dev/null;"
                      + " for i in 1 2 3 4 5; do rm -rf \"$2\" && exit 0; sleep 1; done",
                  "quantvec-node-watchdog",
                  Long.toString(node.pid()),
                  home.root().toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    }
  }

  private void releaseWatchdog() throws IOException {
    synchronized (lifecycle) {
      if (watchdog == null) {
        return;
      }
      try {
        watchdog.getOutputStream().write("released\n".getBytes(StandardCharsets.UTF_8));
        watchdog.getOutputStream().close();
      } catch (IOException e) {
        // It is gone already.
      }
      awaitExit(watchdog, STOP_TIMEOUT);
      watchdog = null;
    }
  }

  private void requireReadableJdk() throws IOException {
    if (!home.user().canRead(Path.of(javaExecutable()))) {
      throw new NodeStartException(
          "OpenSearch does not run as root, and the user it would run as cannot read the JDK in "
              + System.getProperty("java.home")
              + ": install a JDK outside of the root user's home");
    }
  }

  private static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What the start script and {@code jvm.options} of the distribution pass, in their order. */
  private List<String> nodeCommand() {
    int feature = Runtime.version().feature();
    List<String> command = new ArrayList<>();
    command.add(javaExecutable());
    command.add("-Xshare:auto");
    command.add("-Dopensearch.networkaddress.cache.ttl=60");
    command.add("-Dopensearch.networkaddress.cache.negative.ttl=10");
    command.add("-XX:+AlwaysPreTouch");
    command.add("-Xss1m");
    command.add("-Djava.awt.headless=true");
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Djna.nosys=true");
    command.add("-XX:-OmitStackTraceInFastThrow");
    command.add("-XX:+ShowCodeDetailsInExceptionMessages");
    command.add("-Dio.netty.noUnsafe=true");
    command.add("-Dio.netty.noKeySetOptimization=true");
    command.add("-Dio.netty.recycler.maxCapacityPerThread=0");
    command.add("-Dio.netty.allocator.numDirectArenas=0");
    command.add("-Dlog4j.shutdownHookEnabled=false");
    command.add("-Dlog4j2.disable.jmx=true");
    command.add("-Xms" + options.heap());
    command.add("-Xmx" + options.heap());
    command.add("-XX:+UseG1GC");
    command.add("-XX:G1ReservePercent=25");
    command.add("-XX:InitiatingHeapOccupancyPercent=30");
    command.add("-Djava.io.tmpdir=" + home.tmp());
    command.add("-XX:ErrorFile=" + home.logs().resolve("hs_err_pid%p.log"));
    if (options.vectorApi()) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.add("-javaagent:" + home.root().resolve("agent/opensearch-agent.jar"));
    command.add("--add-opens=java.base/java.nio=org.apache.arrow.memory.core,ALL-UNNAMED");
    command.add("-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1");
    if (feature >= 25) {
      command.add("-XX:+UseCompactObjectHeaders");
    }
    command.addAll(options.jvmArgs());
    command.add("-Dopensearch.path.home=" + home.root());
    command.add("-Dopensearch.path.conf=" + home.config());
    command.add("-Dopensearch.distribution.type=tar");
    command.add("-Dopensearch.bundled_jdk=false");
    command.add("-classpath");
    command.add(home.root().resolve("lib").resolve("*").toString());
    command.add("org.opensearch.bootstrap.OpenSearch");
    return command;
  }

  private String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return "; the end of its log:\n" + String.join("\n", last);
    } catch (IOException e) {
      return "; its log cannot be read: " + e;
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a node was starting", e);
    }
  }
}
