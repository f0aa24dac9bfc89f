/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.io.IOException;

/**
 * The kernels over the records of one field. Offsets are in bytes from the first record. An
 * instance belongs to one thread.
 *
 * <p>All implementations give the same integers; floats may differ by the order of their sums.
 */
public interface RecordReader {

  /** Words of the widest SIMD vectors: with blocks of this size no kernel needs masks. */
  int BLOCK_WORDS = 8;

  /** Lanes of 16 bits of the widest SIMD vectors. */
  int BLOCK_LANES = BLOCK_WORDS * Long.BYTES / Short.BYTES;

  /** Bits of the widest SIMD vectors. */
  int BLOCK_BITS = BLOCK_WORDS * Long.SIZE;

  /** Bytes after the last record that must be readable; their values do not matter. */
  int READABLE_BEHIND = BLOCK_WORDS * Long.BYTES;

  /**
   * Planes of a query that {@link #scanPlanes} takes. With 1, 2, 3 and 4 planes, a code of 384 bits
   * takes 1.2, 1.5, 1.9 and 2.2 ns, and 10, 4, 2 and 2 % of the codes of 104,575 passages are left
   * to score.
   */
  int SCAN_PLANES = 3;

  /**
   * Codes of a scan that share bounds of their terms. Larger groups leave more codes to score:
   * groups of 64 leave 6 % of 104,575 passages, and groups of 6,536 leave 15 %.
   */
  int SCAN_GROUP = 64;

  /** The most planes of a query's magnitudes that a kernel takes. */
  int MAX_PLANES = 15;

  /**
   * Inner product of bytes with a query of floats: integers of 8 bits would cost recall, and
   * integers of more bits time.
   *
   * @param query zero for bytes after the code, so that the length is one of whole SIMD vectors
   * @param offset where the codes start; so many bytes are readable there
   * @param length a number of bytes, at most 16,384
   */
  float dotBytes(float[] query, long offset, int length) throws IOException;

  /**
   * Inner product of packed nibbles with a query, four nibbles at a time: the nibbles of a lane of
   * 16 bits, lowest first, times numbers q0 to q3 of +-127. As c0 = q0 and c[k] = q[k] - 16 q[k-1],
   * modulo 2^16, the lane x gives x c0 + (x &gt;&gt;&gt; 4) c1 + (x &gt;&gt;&gt; 8) c2 + (x
   * &gt;&gt;&gt; 12) c3.
   *
   * @param query c0 of all lanes, then c1, c2 and c3; zero for nibbles after the code
   * @param offset where the codes start; so many lanes are readable there
   * @param lanes a multiple of {@value #BLOCK_LANES}, at most 8,192
   */
  int dotNibbles(short[] query, long offset, int lanes) throws IOException;

  /**
   * Inner product of bits with a query of signs and magnitudes, one of each per bit. Where the sign
   * is set, a bit counts if it is 0. The result exceeds the inner product with signed numbers by a
   * constant, the sum of the magnitudes with a sign.
   *
   * <p>Bits are in blocks of {@value #BLOCK_BITS}. For each block the query has {@value
   * #BLOCK_WORDS} words of signs, then as many words for every plane of its magnitudes, the highest
   * plane first and zero where the code has no bit, then as many shifts. The sum of a word's 64
   * magnitudes is multiplied by 2 to the power of the word's shift, so that words of small and of
   * large magnitudes need equally many planes.
   *
   * @param query block by block
   * @param planes planes of each block's magnitudes, at most {@value #MAX_PLANES}
   * @param offset where the codes start; so many blocks are readable there, also after the last
   *     record
   */
  int dotPlanes(long[] query, byte[] planes, long offset) throws IOException;

  /**
   * Inner product of bytes with integers, which may be another code.
   *
   * @param code values of +-127; zero for bytes after the code, so that the length is one of whole
   *     SIMD vectors
   * @param offset where the codes start; so many bytes are readable there
   * @param length a number of bytes, at most 16,384
   */
  int dotCodes(short[] code, long offset, int length) throws IOException;

  /**
   * {@link #dotBytes(float[], long, int)} of many codes. This and the other methods for many codes
   * may load the codes of several vectors from memory at a time.
   *
   * @param offsets where the codes start
   * @param count codes
   * @param products receives one inner product per code
   */
  default void dotBytes(float[] query, long[] offsets, int count, int length, float[] products)
      throws IOException {
    for (int i = 0; i < count; i++) {
      products[i] = dotBytes(query, offsets[i], length);
    }
  }

  /** {@link #dotCodes(short[], long, int)} of many codes. */
  default void dotCodes(short[] code, long[] offsets, int count, int length, int[] products)
      throws IOException {
    for (int i = 0; i < count; i++) {
      products[i] = dotCodes(code, offsets[i], length);
    }
  }

  /** {@link #dotNibbles(short[], long, int)} of many codes. */
  default void dotNibbles(short[] query, long[] offsets, int count, int lanes, int[] products)
      throws IOException {
    for (int i = 0; i < count; i++) {
      products[i] = dotNibbles(query, offsets[i], lanes);
    }
  }

  /** {@link #dotPlanes(long[], byte[], long)} of many codes. */
  default void dotPlanes(long[] query, byte[] planes, long[] offsets, int count, int[] products)
      throws IOException {
    for (int i = 0; i < count; i++) {
      products[i] = dotPlanes(query, planes, offsets[i]);
    }
  }

  /**
   * Finds codes with large inner products with a query of {@value #SCAN_PLANES} planes, among codes
   * that follow each other: a cheap filter, after which few codes are left to score.
   *
   * @param query as {@link #dotPlanes(long[], byte[], long)} takes it
   * @param planes {@value #SCAN_PLANES} for each block
   * @param offset where the first code starts
   * @param stride bytes from the start of one code to the start of the next
   * @param count codes
   * @param least the smallest inner product of a code that is found: one per {@value #SCAN_GROUP}
   *     codes
   * @param sums receives one inner product per code
   * @param found receives the indexes of the codes that are found, 0 for the first, ascending
   * @return the number of codes that are found
   */
  default int scanPlanes(
      long[] query,
      byte[] planes,
      long offset,
      int stride,
      int count,
      int[] least,
      int[] sums,
      int[] found)
      throws IOException {
    int next = 0;
    for (int i = 0; i < count; i++) {
      sums[i] = dotPlanes(query, planes, offset + (long) i * stride);
      if (sums[i] >= least[i / SCAN_GROUP]) {
        found[next++] = i;
      }
    }
    return next;
  }

  /** Inner product of half floats with a query. */
  float dotHalves(float[] query, long offset) throws IOException;

  /** Squared Euclidean distance of half floats and a query. */
  float squareDistanceHalves(float[] query, long offset) throws IOException;

  /**
   * Prefetches records, all at the same time, so that kernels do not stall on each.
   *
   * @param offsets where the records start
   * @param count records
   * @param length bytes of each
   */
  default void fetch(long[] offsets, int count, int length) throws IOException {}

  /** A little-endian number of 16 bits. */
  short readShort(long offset) throws IOException;

  /** A little-endian number of 32 bits. */
  int readInt(long offset) throws IOException;

  /** A little-endian float. */
  float readFloat(long offset) throws IOException;

  /** Copies bytes out. */
  void readBytes(long offset, byte[] target, int length) throws IOException;
}
