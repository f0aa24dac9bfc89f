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
 * A real OpenSearch node in its own process, with the plugin installed by OpenSearch's CLI. The
 * node has its own home, a copy of the distribution. {@link #close} removes the home; data survive
 * {@link #restart} and {@link #kill}. When the caller's JVM ends for any reason, the node ends,
 * too.
 */
public final class OpenSearchNode implements AutoCloseable {

  /** The longest wait for a start. On a busy machine a start has taken three minutes. */
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
   * @throws NodeStartException if the node does not start; nothing of the node remains then
   */
  public static OpenSearchNode start(NodeOptions options) throws IOException {
    OpenSearchNode node = new OpenSearchNode(options);
    try {
      node.home.fill(options);
      if (options.pluginZip() == null || node.home.hasPlugins()) {
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

  /** Returns the node's HTTP address. A free port differs after {@link #restart}. */
  public URI http() {
    return http;
  }

  /** Returns the address for other nodes. The port differs after {@link #restart}. */
  String transportAddress() throws IOException {
    return Files.readAllLines(home.transportPorts()).get(0);
  }

  /** Returns the folder that holds the indexes. */
  public Path dataPath() {
    return home.data();
  }

  /** Returns the node's folder, which {@link #close} removes. */
  public Path home() {
    return home.root();
  }

  /** Returns the file with all output of the node, of every start. */
  public Path log() {
    return home.log();
  }

  /** Returns the process id of the node. */
  public long pid() {
    return process.pid();
  }

  /** Returns whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns whether the caller or the end of the JVM called {@link #close}. */
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

  /** Restarts the node and returns when it answers, even if shards have not opened. */
  public void restartDespiteShards() throws IOException {
    stop();
    launch(false);
  }

  /** Ends the node with SIGKILL, like a crash, and waits for its end. */
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
        // The JVM shuts down: the hook runs or has run.
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

  /** Deletes the home, with retries, because an interrupted start may still write to it. */
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

  /** Stops the node as an operator does, and waits for its end. The home remains. */
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
      throw new IOException("process " + process.pid() + " does not end after SIGKILL");
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

  /** Installs the plugin of the options. The node must not run. */
  public void installPlugin() throws IOException {
    runPluginCli("install", "--batch", options.pluginZip().toUri().toString());
  }

  /** Removes the plugin. The node must not run. */
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
      throw new NodeStartException("the plugin CLI does not end" + tail(output));
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
          "the node did not start within " + START_TIMEOUT.toSeconds() + " s" + tail(home.log()));
    }
  }

  /**
   * Returns whether the node belongs to a cluster with a manager that has recovered its indexes.
   * Only then the platform answers calls about aliases. It reports health before that, as if there
   * were no index.
   *
   * @param withShards whether every primary shard must be available, too
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

  /** Starts a process unless the node is closed: a closed node leaves no process behind. */
  private Process spawn(List<String> command, Path output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    // As in OpenSearch's start script.
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
   * Starts a shell that waits for the end of its input, which the end of this JVM causes, then
   * kills the node and removes its home. So not even a SIGKILL leaves a node behind. The shell
   * tries several times, because a file that the node was creating may appear in a folder that is
   * being removed.
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
        // The shell has already ended.
      }
      awaitExit(watchdog, STOP_TIMEOUT);
      watchdog = null;
    }
  }

  private void requireReadableJdk() throws IOException {
    if (!home.user().canRead(Path.of(javaExecutable()))) {
      throw new NodeStartException(
          "OpenSearch does not run as root, and the node's user cannot read the JDK in "
              + System.getProperty("java.home")
              + ": install a JDK outside of the root user's home");
    }
  }

  private static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Returns the arguments of the start script and {@code jvm.options}, in their order. */
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
