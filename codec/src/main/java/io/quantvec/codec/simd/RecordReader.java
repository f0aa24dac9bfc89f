/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.io.IOException;

/**
 * The kernels, bound to the bytes that hold one field's records. Offsets are in bytes from the
 * first record. An instance belongs to one thread.
 *
 * <p>Every implementation gives the same integers; floats may differ in the order of their sums.
 */
public interface RecordReader {

  /** Words of the widest vectors: with so many at a time no kernel needs masks. */
  int BLOCK_WORDS = 8;

  /** Lanes of 16 bits of the widest vectors. */
  int BLOCK_LANES = BLOCK_WORDS * Long.BYTES / Short.BYTES;

  /** Bits of the widest vectors. */
  int BLOCK_BITS = BLOCK_WORDS * Long.SIZE;

  /** Bytes behind the last record that must be readable, whatever they are. */
  int READABLE_BEHIND = BLOCK_WORDS * Long.BYTES;

  /**
   * Planes of a query that {@link #scanPlanes} takes: with 1, 2, 3 and 4 of them a code of 384 bits
   * takes 1.2, 1.5, 1.9 and 2.2 ns, and a second look is worth it for 10, 4, 2 and 2 % of the codes
   * of 104,575 passages.
   */
  int SCAN_PLANES = 3;

  /**
   * Codes of a scan whose terms have bounds of their own. In larger groups the bounds leave more
   * codes to look at twice: 6 % of 104,575 passages with groups of 64, and 15 % with groups of
   * 6,536.
   */
  int SCAN_GROUP = 64;

  /** The most planes that a kernel takes of the magnitudes of a query of bits. */
  int MAX_PLANES = 15;

  /**
   * Inner product of bytes with a query: of floats, as whole numbers of 8 bits would cost recall,
   * and of more bits time.
   *
   * @param query zero for bytes behind the code, so that it takes whole vectors
   * @param offset where the codes start; so many bytes are readable there
   * @param length a number of bytes, at most 16,384
   */
  float dotBytes(float[] query, long offset, int length) throws IOException;

  /**
   * Inner product of packed nibbles with a query, four nibbles a time: those of a lane of 16 bits,
   * lowest first, times numbers q0 to q3 of +-127. As c0 = q0 and c[k] = q[k] - 16 q[k-1], modulo
   * 2^16, the lane x gives x c0 + (x &gt;&gt;&gt; 4) c1 + (x &gt;&gt;&gt; 8) c2 + (x &gt;&gt;&gt;
   * 12) c3.
   *
   * @param query c0 of all lanes, then c1, c2 and c3; zero for nibbles behind the code
   * @param offset where the codes start; so many lanes are readable there
   * @param lanes a multiple of {@value #BLOCK_LANES}, at most 8,192
   */
  int dotNibbles(short[] query, long offset, int lanes) throws IOException;

  /**
   * Inner product of bits with a query of signs and magnitudes, each bit with its own. Where the
   * sign is set, the bit counts if it is 0: the result is that much above the inner product with
   * signed numbers, which is the same for all codes.
   *
   * <p>Bits are taken in blocks of {@value #BLOCK_BITS}. For each block the query has {@value
   * #BLOCK_WORDS} words of signs, behind them as many for every plane of its magnitudes, the
   * highest first, zero where the code has no bit, and behind these as many shifts: what a word's
   * 64 magnitudes count is multiplied by 2 to the power of the word's shift, so that words of small
   * and of large magnitudes need equally many planes.
   *
   * @param query block by block
   * @param planes planes of each block's magnitudes, at most {@value #MAX_PLANES}
   * @param offset where the codes start; so many blocks are readable there, also behind the last
   *     record
   */
  int dotPlanes(long[] query, byte[] planes, long offset) throws IOException;

  /**
   * Inner product of bytes with whole numbers, which may be another code.
   *
   * @param code values of +-127; zero for bytes behind the code, so that it takes whole vectors
   * @param offset where the codes start; so many bytes are readable there
   * @param length a number of bytes, at most 16,384
   */
  int dotCodes(short[] code, long offset, int length) throws IOException;

  /**
   * {@link #dotBytes(float[], long, int)} of many codes. As those that follow, this may have the
   * codes of several vectors on their way from memory at a time.
   *
   * @param offsets where the codes start
   * @param count codes
   * @param products receives one inner product a code
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
   * that follow each other: the first look at many codes, of which few are worth a second one.
   *
   * @param query as {@link #dotPlanes(long[], byte[], long)} takes it
   * @param planes {@value #SCAN_PLANES} for each block
   * @param offset where the first code starts
   * @param stride bytes from the start of a code to that of the next
   * @param count codes
   * @param least the smallest inner product of a code that is found: one for each {@value
   *     #SCAN_GROUP} codes
   * @param sums receives one inner product a code
   * @param found receives the numbers of the codes that are found, 0 for the first, ascending
   * @return how many are found
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
   * Has the bytes of records on their way from memory, all of them at the same time: kernels wait
   * for a record before they come to the next but few.
   *
   * @param offsets where they start
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
