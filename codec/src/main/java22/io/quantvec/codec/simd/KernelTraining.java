/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static io.quantvec.codec.simd.RecordReader.BLOCK_LANES;
import static io.quantvec.codec.simd.RecordReader.BLOCK_WORDS;
import static io.quantvec.codec.simd.RecordReader.MAX_PLANES;
import static io.quantvec.codec.simd.RecordReader.READABLE_BEHIND;

import java.lang.foreign.MemorySegment;

/**
 * Calls each kernel with little data, for {@link KernelCompilation}. The codes are the first bytes
 * of the searched segment, because compiled code depends on the segment's class.
 */
final class KernelTraining {

  /** The most bytes that a call reads. */
  static final int BYTES = 2 * BLOCK_LANES * Short.BYTES + READABLE_BEHIND;

  static final KernelCompilation PLANES = new KernelCompilation();
  static final KernelCompilation SCAN = new KernelCompilation();
  static final KernelCompilation CODES = new KernelCompilation();
  static final KernelCompilation NIBBLES = new KernelCompilation();
  static final KernelCompilation FLOATS = new KernelCompilation();
  static final KernelCompilation HALVES = new KernelCompilation();

  private static final byte[] PLANES_OF_BLOCKS = {3, 3};
  private static final long[] PLANES_QUERY = new long[2 * (MAX_PLANES + 2) * BLOCK_WORDS];
  private static final short[] NUMBERS = new short[2 * BLOCK_LANES * Short.BYTES];
  private static final short[] NIBBLES_QUERY = new short[4 * 2 * BLOCK_LANES];
  private static final float[] FLOATS_QUERY = new float[2 * BLOCK_LANES];
  private static final long[] OFFSETS = new long[PanamaBulkKernels.WIDTH];

  /** Codes of a scan: two vectors of sums and some more. */
  private static final int SCANNED = 2 * BLOCK_LANES + 1;

  private static final int[] LEAST = new int[SCANNED / RecordReader.SCAN_GROUP + 1];

  private final MemorySegment codes;
  private final short[] sums;
  private final int[] sums32 = new int[SCANNED];
  private final int[] found = new int[SCANNED + PanamaBulkKernels.WIDEST_INTS];
  private final int[] products = new int[PanamaBulkKernels.WIDTH];

  /** Keeps the compiler from omitting a call. */
  private double result;

  /**
   * @param codes at least {@link #BYTES}
   * @param sums as a bulk kernel wants it
   */
  KernelTraining(MemorySegment codes, short[] sums) {
    this.codes = codes;
    this.sums = sums;
  }

  void planes() {
    PanamaBulkKernels.dotPlanes(PLANES_QUERY, PLANES_OF_BLOCKS, codes, OFFSETS, 0, products);
    result += PanamaKernels.dotPlanes(PLANES_QUERY, PLANES_OF_BLOCKS, codes, 0);
  }

  void scan() {
    PanamaBulkKernels.scanPlanes(PLANES_QUERY, 2, codes, 0, Long.BYTES, SCANNED, sums32);
    result += PanamaBulkKernels.atLeast(sums32, SCANNED, LEAST, found);
  }

  void codes() {
    PanamaBulkKernels.dotCodes(NUMBERS, codes, OFFSETS, 0, NUMBERS.length, sums, products);
    result += PanamaKernels.dotCodes(NUMBERS, codes, 0, NUMBERS.length);
  }

  void nibbles() {
    result += PanamaKernels.dotNibbles(NIBBLES_QUERY, codes, 0, 2 * BLOCK_LANES);
  }

  void floats() {
    result += PanamaKernels.dotBytes(FLOATS_QUERY, codes, 0, FLOATS_QUERY.length);
  }

  void halves() {
    result += PanamaKernels.dotHalves(FLOATS_QUERY, codes, 0);
    result += PanamaKernels.squareDistanceHalves(FLOATS_QUERY, codes, 0);
  }
}
