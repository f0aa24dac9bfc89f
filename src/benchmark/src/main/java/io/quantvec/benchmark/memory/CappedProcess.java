/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@link MemoryRun} in its own control group. */
final class CappedProcess {

  private final String parentGroup;
  private final int heapMegabytes;

  /**
   * @param parentGroup as in {@link MemoryGroup#create}
   */
  CappedProcess(String parentGroup, int heapMegabytes) {
    this.parentGroup = parentGroup;
    this.heapMegabytes = heapMegabytes;
  }

  /**
   * Measures a row.
   *
   * @param forIndex bytes that the process may use on top of its memory without an index
   */
  MemoryResult run(MemoryRow row, MemoryTask task, long forIndex) throws IOException {
    try (MemoryGroup group = MemoryGroup.create(parentGroup)) {
      Process process =
          new ProcessBuilder(command(group, task))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader said = process.inputReader()) {
        expect(said, MemoryRun.WARM);
        long needed = group.stat().withoutFiles();
        long cap = needed + forIndex;
        group.limit(cap);
        PageCache.drop(task.index());
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        MemoryPhase quiet = MemoryPhase.parse(expect(said, MemoryRun.QUIET));
        MemoryPhase merging = MemoryPhase.parse(expect(said, MemoryRun.MERGING));
        return new MemoryResult(row, needed, cap, quiet, merging);
      } finally {
        process.getOutputStream().close();
        end(process);
      }
    }
  }

  private List<String> command(MemoryGroup group, MemoryTask task) {
    List<String> command = new ArrayList<>(group.start());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The heap has its full size from the start, so that it takes no memory from the index later.
    command.add("-Xms" + heapMegabytes + "m");
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-XX:+AlwaysPreTouch");
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    command.add(MemoryRun.class.getName());
    command.addAll(task.arguments());
    return command;
  }

  /** Returns the rest of the line that starts with a text. */
  private static String expect(BufferedReader said, String start) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith(start)) {
        return line.substring(start.length());
      }
    }
    throw new IOException(
        "the capped process ended before it printed \""
            + start.trim()
            + "\"; it may need more memory");
  }

  private static void end(Process process) throws IOException {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
