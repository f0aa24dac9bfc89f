/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexExercise.Layout;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexInput;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;

/**
 * Merges on a disk that becomes full: a failed merge leaves neither files nor open handles, the
 * last commit stays readable, and a merge succeeds after the disk has room again.
 */
class FullDiskTest {

  /** Number of failures for each precision and rerank copy; many more in the full matrix. */
  private static final int FAILURES = Boolean.getBoolean("tests.full.matrix") ? 60 : 2;

  private static final long SEED = 14;
  private static final int VECTORS = 70;
  private static final String FULL = "No space left on device";

  /** A directory with limited room that counts open files. */
  private static final class SmallDisk extends FilterDirectory {

    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private long room = Long.MAX_VALUE;
    private long written;

    SmallDisk(Directory in) {
      super(in);
    }

    private void take(long bytes) throws IOException {
      written += bytes;
      if (written > room) {
        throw new IOException(FULL);
      }
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
      return new Output(in.createOutput(name, context));
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context)
        throws IOException {
      return new Output(in.createTempOutput(prefix, suffix, context));
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      return new Input(in.openInput(name, context));
    }

    private final class Output extends FilterIndexOutput {

      Output(IndexOutput out) {
        super("full disk", out.getName(), out);
        open.add(this);
      }

      @Override
      public void writeByte(byte b) throws IOException {
        take(1);
        super.writeByte(b);
      }

      @Override
      public void writeBytes(byte[] b, int offset, int length) throws IOException {
        take(length);
        super.writeBytes(b, offset, length);
      }

      @Override
      public void close() throws IOException {
        open.remove(this);
        super.close();
      }
    }

    private final class Input extends FilterIndexInput {

      Input(IndexInput in) {
        super(in.toString(), in);
        open.add(this);
      }

      @Override
      public void close() throws IOException {
        open.remove(this);
        super.close();
      }
    }
  }

  @Test
  void failedMergesLeaveNothing() throws IOException {
    run(SEED, FAILURES);
  }

  /**
   * Merges two segments of each precision and rerank copy.
   *
   * @param failures number of failed merges for each
   */
  static void run(long seed, int failures) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (Layout layout : IndexExercise.layouts(seed)) {
      Map<String, byte[]> files;
      try (Directory directory = new ByteBuffersDirectory()) {
        IndexExercise.add(directory, layout, 0, VECTORS, random.nextLong());
        IndexExercise.add(directory, layout, VECTORS, VECTORS / 2, random.nextLong());
        files = StoredFiles.read(directory);
      }
      long needed;
      try (SmallDisk disk = new SmallDisk(new ByteBuffersDirectory())) {
        StoredFiles.write(files, disk);
        disk.written = 0;
        IndexExercise.forceMerge(disk, layout);
        needed = disk.written;
      }
      for (int i = 0; i < failures; i++) {
        // The last write is Lucene's commit.
        long room = random.nextLong(needed * 9 / 10);
        try (SmallDisk disk = new SmallDisk(new ByteBuffersDirectory())) {
          StoredFiles.write(files, disk);
          fail(disk, layout, room, layout + ", seed " + seed + ", full after " + room);
        }
      }
    }
  }

  private static void fail(SmallDisk disk, Layout layout, long room, String what)
      throws IOException {
    disk.written = 0;
    disk.room = room;
    IOException e =
        assertThrows(IOException.class, () -> IndexExercise.forceMerge(disk, layout), what);
    assertTrue(isFull(e), () -> what + ": " + e);
    assertEquals(Set.of(), disk.open, what);
    disk.room = Long.MAX_VALUE;
    for (String name : disk.listAll()) {
      assertFalse(name.endsWith(".tmp"), name);
    }
    try (DirectoryReader reader = DirectoryReader.open(disk)) {
      assertEquals(2, reader.leaves().size(), what);
      IndexExercise.exercise(reader);
    }
    IndexExercise.forceMerge(disk, layout);
    try (DirectoryReader reader = DirectoryReader.open(disk)) {
      assertEquals(1, reader.leaves().size(), what);
      IndexExercise.exercise(reader);
      // Lucene deletes its own files of the failed merge when the next writer is opened.
      assertEquals(
          new TreeSet<>(reader.getIndexCommit().getFileNames()), StoredFiles.names(disk), what);
    }
    assertEquals(Set.of(), disk.open, what);
  }

  private static boolean isFull(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (FULL.equals(t.getMessage())) {
        return true;
      }
    }
    return false;
  }
}
