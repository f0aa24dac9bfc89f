/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Counts the pages of mapped files that were read, as Linux reports them. The kernel also counts
 * pages that it maps around a missing page, so all pages must have been read once before.
 */
final class TouchedMemory {

  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  private TouchedMemory() {}

  /** Resets the count. Returns whether the system supports the count. */
  static boolean clear() {
    if (!Files.isWritable(CLEAR) || !Files.isReadable(MAPPINGS)) {
      return false;
    }
    try {
      Files.writeString(CLEAR, "1");
      return true;
    } catch (IOException e) {
      // A container may show the file and yet forbid writes to it.
      return false;
    }
  }

  /** Returns the bytes of a folder's files that were read since {@link #clear}. */
  static long bytes(Path folder) throws IOException {
    return bytes(Files.readAllLines(MAPPINGS), folder.toRealPath() + "/");
  }

  /** Returns the same for the lines of {@code /proc/self/smaps}. */
  static long bytes(Iterable<String> lines, String prefix) {
    long kilobytes = 0;
    boolean ours = false;
    for (String line : lines) {
      String[] words = line.split("\\s+", 6);
      if (!words[0].endsWith(":")) {
        ours = words.length == 6 && words[5].startsWith(prefix);
      } else if (ours && words[0].equals("Referenced:")) {
        kilobytes += Long.parseLong(words[1]);
      }
    }
    return kilobytes * 1024;
  }
}
