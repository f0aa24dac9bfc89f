/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.quantvec.codec.IndexExercise.Layout;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages files of segments at random, with and without a matching checksum. For any bytes, a
 * reader either works or reports corruption when it is opened or when it first uses the bytes. It
 * throws no unchecked exceptions, does not allocate more than the files' content needs, and
 * terminates.
 */
class CorruptionSweepTest {

  /** Number of changes for each precision and rerank copy; many more in the full matrix. */
  private static final int CHANGES = Boolean.getBoolean("tests.full.matrix") ? 400 : 12;

  private static final long SEED = 14;
  private static final int VECTORS = 130;

  /** Files of vectors, in this format and in Lucene's. */
  private static final Set<String> EXTENSIONS =
      Set.of("qvm", "qvk", "qvc", "qvr", "qve", "vem", "vex", "vemf", "vec");

  /** Maximum allocation: opening an index of about 50 KB takes far less. */
  private static final long MOST_ALLOCATED = 64 << 20;

  /** Timeout far above the time of any operation; only an endless loop reaches it. */
  private static final Duration FOREVER = Duration.ofMinutes(20);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Maximum number of reported failures. */
  private static final int MOST_FAILURES = 10;

  @TempDir Path folder;

  private enum Change {
    FLIP,
    OVERWRITE,
    ZERO,
    TRUNCATE,
    SWAP,
    INSERT
  }

  @Test
  void damageIsReportedAsCorruption() {
    assertTimeoutPreemptively(FOREVER, () -> sweep(SEED, CHANGES, folder));
  }

  /**
   * Damages an index of each precision and rerank copy.
   *
   * @param changes number of changes per index
   * @param folder an empty folder
   */
  static void sweep(long seed, int changes, Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<AssertionError> failures = new ArrayList<>();
    for (Layout layout : IndexExercise.layouts(seed)) {
      Map<String, byte[]> files;
      try (Directory directory = new ByteBuffersDirectory()) {
        IndexExercise.add(directory, layout, 0, VECTORS, random.nextLong());
        files = StoredFiles.read(directory);
      }
      List<String> names =
          files.keySet().stream()
              .filter(name -> EXTENSIONS.contains(StoredFiles.extension(name)))
              .toList();
      for (int i = 0; i < changes; i++) {
        String name = names.get(i % names.size());
        Change change = Change.values()[random.nextInt(Change.values().length)];
        boolean repaired = random.nextInt(4) > 0;
        byte[] changed = changed(files.get(name), change, repaired, random);
        Map<String, byte[]> damaged = new HashMap<>(files);
        damaged.put(name, changed);
        String what =
            name
                + " of "
                + layout
                + ", seed "
                + seed
                + ", change "
                + i
                + ": "
                + change
                + (repaired ? " with" : " without")
                + " a matching checksum";
        if (random.nextInt(4) == 0) {
          Path mapped = Files.createTempDirectory(folder, "mapped");
          try (Directory directory = IndexFixtures.directory(mapped)) {
            use(damaged, directory, layout, what, false);
          } catch (AssertionError e) {
            failures.add(e);
          }
          deleteAll(mapped);
        } else {
          try (Directory directory = new ByteBuffersDirectory()) {
            use(damaged, directory, layout, what, random.nextInt(4) == 0);
          } catch (AssertionError e) {
            failures.add(e);
          }
        }
        if (failures.size() == MOST_FAILURES) {
          break;
        }
      }
    }
    if (!failures.isEmpty()) {
      AssertionError all =
          new AssertionError(failures.size() + " changes are not reported as corruption");
      failures.forEach(all::addSuppressed);
      throw all;
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static byte[] changed(
      byte[] file, Change change, boolean repaired, SplittableRandom random) {
    int header = StoredFiles.headerLength(file);
    int footer = file.length - CodecUtil.footerLength();
    // Mostly in the body, because Lucene's code checks header and footer.
    int from = random.nextInt(8) == 0 ? 0 : header;
    int to = Math.max(from + 1, random.nextInt(8) == 0 ? file.length : footer);
    int at = Math.min(file.length - 1, from + random.nextInt(to - from));
    int length = 1 + random.nextInt(Math.min(40, file.length - at));
    byte[] changed = file.clone();
    switch (change) {
      case FLIP -> changed[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      case OVERWRITE -> {
        byte value = (byte) random.nextInt();
        for (int i = at; i < at + length; i++) {
          changed[i] = random.nextBoolean() ? value : (byte) random.nextInt();
        }
      }
      case ZERO -> Arrays.fill(changed, at, at + length, (byte) 0);
      case SWAP -> {
        int other = Math.min(file.length - length, from + random.nextInt(to - from));
        System.arraycopy(file, other, changed, at, length);
        System.arraycopy(file, at, changed, other, length);
      }
      case TRUNCATE -> {
        if (repaired && footer > header) {
          // Removes bytes of the body but keeps the footer.
          int missing = 1 + random.nextInt(footer - header);
          changed = Arrays.copyOf(file, file.length - missing);
        } else {
          changed = Arrays.copyOf(file, random.nextInt(file.length));
        }
      }
      case INSERT -> {
        changed = Arrays.copyOf(file, file.length + length);
        System.arraycopy(file, at, changed, at + length, file.length - at);
      }
    }
    return repaired && changed.length > CodecUtil.footerLength()
        ? StoredFiles.withChecksum(changed)
        : changed;
  }

  private static void use(
      Map<String, byte[]> files, Directory directory, Layout layout, String what, boolean merge)
      throws IOException {
    StoredFiles.write(files, directory);
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    DirectoryReader opened = open(directory, what);
    long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId()) - before;
    assertTrue(allocated < MOST_ALLOCATED, () -> what + " allocated " + allocated + " bytes");
    if (opened == null) {
      return;
    }
    try (DirectoryReader reader = opened) {
      IndexExercise.exercise(reader);
    } catch (Throwable t) {
      expectDamage(t, "using " + what);
    }
    if (merge) {
      try {
        IndexExercise.add(directory, layout, VECTORS, 20, 1);
        IndexExercise.forceMerge(directory, layout);
      } catch (Throwable t) {
        expectDamage(t, "merging " + what);
      }
    }
  }

  /** The reader; null if opening it reports corruption. */
  private static DirectoryReader open(Directory directory, String what) {
    try {
      return DirectoryReader.open(directory);
    } catch (Throwable t) {
      expectDamage(t, "opening " + what);
      return null;
    }
  }

  private static void expectDamage(Throwable thrown, String what) {
    if (!(thrown instanceof CorruptIndexException
        || thrown instanceof IndexFormatTooNewException
        || thrown instanceof IndexFormatTooOldException)) {
      throw new AssertionError(what, thrown);
    }
  }
}
