/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A control group of Linux, of version 1 or 2, whose processes may use so much memory, the page
 * cache of what they read first included.
 */
final class MemoryGroup implements Closeable {

  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final String PROCESSES = "cgroup.procs";
  private static final String CONTROLLERS = "cgroup.controllers";

  /** Without it swapped heap would make room for files. */
  private static final String NO_SWAP = "0";

  /** A process that has ended may stay in its group for a moment. */
  private static final int CLOSE_TRIES = 50;

  private static final long CLOSE_WAIT_MILLIS = 100;

  private final Path folder;
  private final boolean version2;

  private MemoryGroup(Path folder, boolean version2) {
    this.folder = folder;
    this.version2 = version2;
  }

  /**
   * Makes a group without a limit.
   *
   * @param parent the group's folder in which it is made; empty for the topmost one
   * @throws IOException if that is not allowed, with what it takes
   */
  static MemoryGroup create(String parent) throws IOException {
    Path above = parent.isEmpty() ? find(Files.readAllLines(MOUNTS)) : Path.of(parent);
    boolean version2 = above != null && Files.exists(above.resolve(CONTROLLERS));
    Path folder = above == null ? null : above.resolve("quantvec-" + ProcessHandle.current().pid());
    try {
      if (folder == null) {
        throw new IOException("no mounted control group has a memory controller");
      }
      if (version2) {
        enable(above);
      }
      Files.createDirectory(folder);
      MemoryGroup group = new MemoryGroup(folder, version2);
      try {
        group.forbidSwap();
        // Whoever may not set a limit shall know before indexes are built.
        group.limit(Long.MAX_VALUE / 2);
        group.stat();
      } catch (IOException e) {
        Files.delete(folder);
        throw e;
      }
      return group;
    } catch (IOException e) {
      throw new IOException(
          "this benchmark caps a process's memory by a control group, and could not make one: run"
              + " it as root on Linux, or give a group's folder with a memory controller in which"
              + " this user may make groups, -Dbenchmark.cgroup=FOLDER",
          e);
    }
  }

  /**
   * The topmost group that has a memory controller; null if there is none.
   *
   * @param mounts lines as of {@code /proc/self/mounts}
   */
  static Path find(List<String> mounts) throws IOException {
    Path found = null;
    for (String mount : mounts) {
      String[] words = mount.split(" ");
      Path path = Path.of(words[1]);
      if (words[2].equals("cgroup") && List.of(words[3].split(",")).contains("memory")) {
        return path;
      }
      if (words[2].equals("cgroup2") && lists(path.resolve(CONTROLLERS), "memory")) {
        found = path;
      }
    }
    return found;
  }

  private static boolean lists(Path file, String word) throws IOException {
    return Files.isReadable(file)
        && List.of(Files.readString(file).trim().split("\\s+")).contains(word);
  }

  /** In version 2 a group hands its controllers down only if it is told to. */
  private static void enable(Path above) throws IOException {
    Path control = above.resolve("cgroup.subtree_control");
    if (!lists(control, "memory")) {
      Files.writeString(control, "+memory");
    }
  }

  private void forbidSwap() throws IOException {
    Path file = folder.resolve(version2 ? "memory.swap.max" : "memory.swappiness");
    if (Files.exists(file)) {
      Files.writeString(file, NO_SWAP);
    }
  }

  /** The command line of a process that belongs to the group from its first page on. */
  List<String> start() {
    return List.of(
        "/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", folder.resolve(PROCESSES).toString());
  }

  /** Sets how many bytes the group may use. */
  void limit(long bytes) throws IOException {
    Files.writeString(
        folder.resolve(version2 ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
  }

  /** What the group uses now. */
  MemoryStat stat() throws IOException {
    return MemoryStat.parse(
        Files.readString(folder.resolve(version2 ? "memory.current" : "memory.usage_in_bytes")),
        Files.readAllLines(folder.resolve("memory.stat")));
  }

  /** Removes the group, all of whose processes have ended. */
  @Override
  public void close() throws IOException {
    for (int i = 1; ; i++) {
      try {
        Files.deleteIfExists(folder);
        return;
      } catch (IOException e) {
        if (i == CLOSE_TRIES) {
          throw e;
        }
        sleep();
      }
    }
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(CLOSE_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
