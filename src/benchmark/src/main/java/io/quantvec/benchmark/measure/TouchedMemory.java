/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Pages of mapped files that were read, as Linux counts them. What was mapped beside a page that
 * was missing counts as read too, so the pages must have been read once before.
 */
final class TouchedMemory {

  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  private TouchedMemory() {}

  /** Forgets what was read. Returns whether that can be known at all here. */
  static boolean clear() {
    if (!Files.isWritable(CLEAR) || !Files.isReadable(MAPPINGS)) {
      return false;
    }
    try {
      Files.writeString(CLEAR, "1");
      return true;
    } catch (IOException e) {
      // A container may show the file and yet forbid it.
      return false;
    }
  }

  /** Bytes of the pages of a folder's files that were read since. */
  static long bytes(Path folder) throws IOException {
    return bytes(Files.readAllLines(MAPPINGS), folder.toRealPath() + "/");
  }

  /** The same of the lines of such a file. */
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
