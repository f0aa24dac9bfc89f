/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import io.quantvec.codec.simd.KernelCompilation;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * Runs all kernels on a file of zeros, so that the JVM compiles them before the first search. It
 * covers the kernels of every precision and rerank copy, and codes of a few and of many dimensions.
 */
public final class KernelWarmup {

  private static final String FILE = "codes";

  /** From less than one block of bits to several. */
  private static final int[] DIMENSIONS = {64, 384, 768, 1_536};

  private static final int MAX_DIMENSION = 1_536;

  /** Codes scored together, as many as a graph node has neighbors. */
  private static final int RECORDS = 32;

  /** The longest records are half floats. */
  private static final int RECORD_LENGTH = Short.BYTES * MAX_DIMENSION;

  /** Calls of each kernel with each dimension. */
  private static final int ROUNDS = 20;

  /** Planes of a query, typically. */
  private static final int PLANES = 6;

  private static final int NIBBLES_PER_LANE = 4;

  private final RecordReader records;
  private final BooleanSupplier goOn;
  private final long[] offsets = new long[RECORDS];
  private final int[] products = new int[RECORDS];
  private final int[] found = new int[RECORDS];
  private final float[] sums = new float[RECORDS];

  private KernelWarmup(RecordReader records, BooleanSupplier goOn) {
    this.records = records;
    this.goOn = goOn;
    for (int i = 0; i < RECORDS; i++) {
      offsets[i] = (long) i * RECORD_LENGTH;
    }
  }

  /** Calls one kernel with codes of a dimension. */
  @FunctionalInterface
  private interface Kernel {
    void run(int dimension) throws IOException;
  }

  /**
   * Runs all kernels. A second call in the same JVM takes some milliseconds. A JVM without an
   * optimizing compiler would not compile them, and runs none.
   *
   * @param folder for a temporary folder with the file, which is deleted in the end
   * @param goOn asked between kernels, each of which takes at most a second
   * @return whether all kernels ran
   */
  public static boolean run(Path folder, BooleanSupplier goOn) throws IOException {
    if (!KernelCompilation.isPossible()) {
      return false;
    }
    Path work = Files.createTempDirectory(folder, "kernels");
    try (Directory directory = new MMapDirectory(work)) {
      try (IndexOutput out = directory.createOutput(FILE, IOContext.DEFAULT)) {
        byte[] codes = new byte[RECORDS * RECORD_LENGTH + RecordReader.READABLE_BEHIND];
        out.writeBytes(codes, codes.length);
      }
      try (IndexInput codes = directory.openInput(FILE, IOContext.DEFAULT)) {
        KernelWarmup warmup =
            new KernelWarmup(RecordReaders.open(codes.clone(), RECORD_LENGTH), goOn);
        return warmup.run() && warmup.runFloats(codes);
      }
    } finally {
      IOUtils.rm(work);
    }
  }

  private boolean run() throws IOException {
    return run(this::planes)
        && run(this::scan)
        && run(this::nibbles)
        && run(this::codes)
        && run(this::bytes)
        && run(this::halves);
  }

  private boolean run(Kernel kernel) throws IOException {
    for (int dimension : DIMENSIONS) {
      for (int round = 0; round < ROUNDS; round++) {
        if (!goOn.getAsBoolean()) {
          return false;
        }
        kernel.run(dimension);
      }
    }
    return true;
  }

  private boolean runFloats(IndexInput codes) throws IOException {
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      if (!goOn.getAsBoolean()) {
        return false;
      }
      FloatKernel.prepare(similarity, codes);
    }
    return true;
  }

  private void planes(int dimension) throws IOException {
    byte[] planes = new byte[(dimension + RecordReader.BLOCK_BITS - 1) / RecordReader.BLOCK_BITS];
    Arrays.fill(planes, (byte) PLANES);
    long[] query = new long[planes.length * (PLANES + 2) * RecordReader.BLOCK_WORDS];
    records.dotPlanes(query, planes, offsets, RECORDS, products);
    records.dotPlanes(query, planes, 0);
  }

  /** A scan that finds no code. */
  private void scan(int dimension) throws IOException {
    byte[] planes = new byte[(dimension + RecordReader.BLOCK_BITS - 1) / RecordReader.BLOCK_BITS];
    Arrays.fill(planes, (byte) RecordReader.SCAN_PLANES);
    long[] query =
        new long[planes.length * (2 + RecordReader.SCAN_PLANES) * RecordReader.BLOCK_WORDS];
    int[] least = {1};
    records.scanPlanes(query, planes, 0, RECORD_LENGTH, RECORDS, least, products, found);
  }

  private void nibbles(int dimension) throws IOException {
    int lanes = Math.max(RecordReader.BLOCK_LANES, dimension / NIBBLES_PER_LANE);
    lanes -= lanes % RecordReader.BLOCK_LANES;
    short[] query = new short[NIBBLES_PER_LANE * lanes];
    records.dotNibbles(query, offsets, RECORDS, lanes, products);
    records.dotNibbles(query, 0, lanes);
  }

  private void codes(int dimension) throws IOException {
    short[] query = new short[dimension];
    records.dotCodes(query, offsets, RECORDS, dimension, products);
    records.dotCodes(query, 0, dimension);
  }

  private void bytes(int dimension) throws IOException {
    float[] query = new float[dimension];
    records.dotBytes(query, offsets, RECORDS, dimension, sums);
    records.dotBytes(query, 0, dimension);
  }

  private void halves(int dimension) throws IOException {
    float[] query = new float[dimension];
    records.dotHalves(query, 0);
    records.squareDistanceHalves(query, 0);
  }
}
