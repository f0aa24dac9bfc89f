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
 * A control group of Linux, version 1 or 2. It limits the memory of its processes, including the
 * page cache of files that they read first.
 */
final class MemoryGroup implements Closeable {

  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final String PROCESSES = "cgroup.procs";
  private static final String CONTROLLERS = "cgroup.controllers";

  /** Swap is off. Otherwise swapped heap would make room for files. */
  private static final String NO_SWAP = "0";

  /**
   * Tries to remove the group, because a process may stay in its group for a moment after it ends.
   */
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
   * @param parent the folder of the group in which to make the group; empty for the topmost group
   * @throws IOException if the user may not make groups, with a hint
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
        // Fails before indexes are built if the user may not set a limit.
        group.limit(Long.MAX_VALUE / 2);
        group.stat();
      } catch (IOException e) {
        Files.delete(folder);
        throw e;
      }
      return group;
    } catch (IOException e) {
      throw new IOException(
          "this benchmark caps the memory of a process by a control group, and cannot make one: run"
              + " it as root on Linux, or set the folder of a group with a memory controller in which"
              + " this user may make groups, -Dbenchmark.cgroup=FOLDER",
          e);
    }
  }

  /**
   * Returns the topmost group with a memory controller; null if there is none.
   *
   * @param mounts lines of {@code /proc/self/mounts}
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

  /** Enables the memory controller for child groups, which version 2 requires. */
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

  /** Returns the start of a command line. Its process belongs to the group from the first page. */
  List<String> start() {
    return List.of(
        "/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", folder.resolve(PROCESSES).toString());
  }

  /** Sets the largest number of bytes that the group may use. */
  void limit(long bytes) throws IOException {
    Files.writeString(
        folder.resolve(version2 ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
  }

  /** Returns the memory that the group uses. */
  MemoryStat stat() throws IOException {
    return MemoryStat.parse(
        Files.readString(folder.resolve(version2 ? "memory.current" : "memory.usage_in_bytes")),
        Files.readAllLines(folder.resolve("memory.stat")));
  }

  /** Removes the group after all of its processes ended. */
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
