/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/** A mapped file of random bytes from -127 to 127. */
final class RecordFile implements Closeable {

  /** Records that one benchmark call scores. */
  static final int BATCH = 64;

  private static final int BLOCK = 1 << 20;

  private final Path folder;
  private final Directory directory;
  private final IndexInput input;

  /** Writes and maps the file. */
  RecordFile(int megabytes) throws IOException {
    folder = Files.createTempDirectory("quantvec-benchmark");
    directory = new MMapDirectory(folder);
    byte[] block = new byte[BLOCK];
    new Random(1).nextBytes(block);
    for (int i = 0; i < block.length; i++) {
      block[i] = (byte) Math.max(block[i], -Byte.MAX_VALUE);
    }
    try (IndexOutput output = directory.createOutput("records", IOContext.DEFAULT)) {
      for (int i = 0; i < megabytes; i++) {
        output.writeBytes(block, block.length);
      }
    }
    input = directory.openInput("records", IOContext.DEFAULT);
  }

  /** Opens one input for the whole file. Each call returns another input. */
  IndexInput input() {
    return input.clone();
  }

  /** Unmaps and deletes the file. */
  @Override
  public void close() throws IOException {
    IOUtils.close(input, directory);
    IOUtils.rm(folder);
  }
}
