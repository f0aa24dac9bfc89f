/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.code.CorrectionTerms;
import io.quantvec.codec.score.RecordReaders;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A mapped file of random records, laid out as in our index files. */
@State(Scope.Thread)
public abstract class RecordFile {

  /** Records that a call of a benchmark scores. */
  static final int BATCH = 64;

  private static final int WRITE_BYTES = 1 << 20;

  /** A code of ordinary half floats: their upper bytes, for magnitudes from 2^-7 to 2. */
  private static final int HALF_EXPONENTS = 0x20;

  private final CodeLayout.Kind kind;

  /** Dimensions a vector. */
  @Param({"128", "384", "768", "1024", "1536"})
  public int dimension;

  /** The order in which records are read. */
  @Param public Access access;

  /** Megabytes of the file. */
  @Param("256")
  public int megabytes;

  private final int[] ordinals = new int[BATCH];
  private final long[] accessState = new long[1];
  private Path folder;
  private Directory directory;
  private IndexInput input;
  private int records;

  RecordReader reader;
  CodeLayout layout;

  RecordFile(CodeLayout.Kind kind) {
    this.kind = kind;
  }

  /** Writes and maps the file. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    CorrectionTerms terms =
        CorrectionTerms.of(kind, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, false);
    layout = new CodeLayout(kind, dimension, terms);
    int recordLength = layout.recordLength();
    folder = Files.createTempDirectory("quantvec-benchmark");
    directory = new MMapDirectory(folder);
    long bytes = (long) megabytes << 20;
    try (IndexOutput output = directory.createOutput("records", IOContext.DEFAULT)) {
      Random random = new Random(1);
      byte[] block = new byte[WRITE_BYTES];
      for (long written = 0; written < bytes; written += block.length) {
        random.nextBytes(block);
        restrict(block);
        output.writeBytes(block, block.length);
      }
    }
    input = directory.openInput("records", IOContext.DEFAULT);
    reader = RecordReaders.open(input, recordLength);
    // The last record is left out, as the kernel of bits reads whole words.
    records = access.records((int) (bytes / recordLength) - 1, recordLength);
    fillQuery(new Random(2));
  }

  /** Turns random bytes into codes that the kernels may meet. */
  private void restrict(byte[] block) {
    switch (kind) {
      case BYTES -> {
        for (int i = 0; i < block.length; i++) {
          block[i] = (byte) Math.max(block[i], -Byte.MAX_VALUE);
        }
      }
      case HALVES -> {
        // Subnormal numbers would be slow, infinite ones do not occur.
        for (int i = 1; i < block.length; i += Short.BYTES) {
          block[i] = (byte) (block[i] & 0x9F | HALF_EXPONENTS);
        }
      }
      case NIBBLES, BITS, PLANES -> {}
    }
  }

  /** Makes the query, in the form that the kernel takes. */
  abstract void fillQuery(Random random);

  /** The records to score next. */
  final int[] next() {
    access.next(ordinals, records, accessState);
    return ordinals;
  }

  /** Unmaps and deletes the file. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    IOUtils.close(input, directory);
    IOUtils.rm(folder);
  }

  /** Random numbers of +-127, as a query has against bytes and nibbles. */
  static short[] numbers(Random random, int count) {
    short[] numbers = new short[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (short) (random.nextInt(2 * Byte.MAX_VALUE + 1) - Byte.MAX_VALUE);
    }
    return numbers;
  }
}
