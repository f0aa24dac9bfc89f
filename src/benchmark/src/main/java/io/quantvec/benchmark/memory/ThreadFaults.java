/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Counts how often a thread waited for a page of a mapped file, and how much its process read from
 * disk.
 */
final class ThreadFaults {

  private static final Path THREAD = Path.of("/proc/thread-self/stat");
  private static final Path PROCESS = Path.of("/proc/self/io");

  /** The position of the count after the name, which is in parentheses. */
  private static final int MAJOR_FAULTS = 9;

  private static final String READ = "read_bytes:";

  private ThreadFaults() {}

  /** Returns the major faults of the calling thread. */
  static long majorFaults() throws IOException {
    return majorFaults(Files.readString(THREAD));
  }

  /** Returns the same for the text of {@code /proc/thread-self/stat}. */
  static long majorFaults(String stat) {
    String behindName = stat.substring(stat.lastIndexOf(')') + 2);
    return Long.parseLong(behindName.split(" ")[MAJOR_FAULTS]);
  }

  /** Returns the bytes that the process read from disk. */
  static long bytesRead() throws IOException {
    return bytesRead(Files.readAllLines(PROCESS));
  }

  /** Returns the same for the lines of {@code /proc/self/io}. */
  static long bytesRead(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(READ)) {
        return Long.parseLong(line.substring(READ.length()).trim());
      }
    }
    throw new IllegalArgumentException("no " + READ + " in " + lines);
  }
}
