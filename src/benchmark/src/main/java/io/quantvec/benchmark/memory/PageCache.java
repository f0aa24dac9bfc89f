/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Drops files from the page cache. The kernel charges a page to the group that read it first, so
 * pages that other processes have read would be free for the capped process. Java has no such call.
 * GNU's {@code dd} has one, which requires only the right to write the file.
 */
final class PageCache {

  private PageCache() {}

  /** Drops all files of a folder. No process may have them mapped. */
  static void drop(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        dropFile(file);
      }
    }
  }

  private static void dropFile(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                "dd",
                "of=" + file,
                "oflag=nocache",
                "conv=notrunc,fdatasync",
                "count=0",
                "status=none")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("dd could not drop " + file + " from the page cache: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
