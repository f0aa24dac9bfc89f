/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How often a thread waited for a page of a mapped file, and what its process read from disk. */
final class ThreadFaults {

  private static final Path THREAD = Path.of("/proc/thread-self/stat");
  private static final Path PROCESS = Path.of("/proc/self/io");

  /** Its place behind the name, which is in parentheses. */
  private static final int MAJOR_FAULTS = 9;

  private static final String READ = "read_bytes:";

  private ThreadFaults() {}

  /** Major faults of the calling thread so far. */
  static long majorFaults() throws IOException {
    return majorFaults(Files.readString(THREAD));
  }

  /** The same of such a text. */
  static long majorFaults(String stat) {
    String behindName = stat.substring(stat.lastIndexOf(')') + 2);
    return Long.parseLong(behindName.split(" ")[MAJOR_FAULTS]);
  }

  /** Bytes that the process had read from disk so far. */
  static long bytesRead() throws IOException {
    return bytesRead(Files.readAllLines(PROCESS));
  }

  /** The same of such lines. */
  static long bytesRead(List<String> lines) {
    for (String line : lines) {
      if (line.startsWith(READ)) {
        return Long.parseLong(line.substring(READ.length()).trim());
      }
    }
    throw new IllegalArgumentException("no " + READ + " in " + lines);
  }
}
