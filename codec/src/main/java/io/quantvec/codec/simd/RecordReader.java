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

  /** Lanes of the widest vectors: with so many at a time no kernel needs masks. */
  int LANE_PADDING = 32;

  /** Bytes behind the last record that must be readable, whatever they are. */
  int READABLE_BEHIND = Short.BYTES * LANE_PADDING;

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
   * Inner product of packed nibbles with a query.
   *
   * @param query values of +-127: first those of the low, then those of the high nibbles; zero for
   *     bytes behind the code
   * @param offset where the codes start; so many bytes are readable there
   * @param length a number of bytes
   */
  int dotNibbles(short[] query, long offset, int length) throws IOException;

  /**
   * Inner product of single bits with a query of two's complement numbers.
   *
   * @param query the query's bit planes, lowest first, each of {@code words} words; zero where the
   *     code has no dimension
   * @param planes bits a query number, the last plane being the sign
   * @param offset where the codes start; {@code words} words are readable there
   * @param words 64 bit words of a plane
   */
  int dotBits(long[] query, int planes, long offset, int words) throws IOException;

  /**
   * Inner product of 16 bit lanes with a query of two's complement numbers: every lane holds one
   * bit of 16 dimensions, and counts with a weight of its own.
   *
   * <p>The sum must fit 32 bits, which it does for 16,000 dimensions of 8 bits each; sums on the
   * way to it need not.
   *
   * @param query the query's bit planes, lowest first, each of {@code lanes} words of 16 bits; zero
   *     where a lane has no dimension
   * @param planes bits a query number, the last plane being the sign; at most 10
   * @param weights one power of two a lane, at most 128
   * @param offset where the codes start; so many lanes are readable there, also behind the last
   *     record
   * @param lanes a multiple of {@value #LANE_PADDING}, at most 8,192; where they are more than the
   *     code has, the query is zero
   */
  int dotLanes(short[] query, int planes, int[] weights, long offset, int lanes) throws IOException;

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

  /**
   * Inner products of bytes with another code.
   *
   * @param code values of +-127; zero for bytes behind the codes, so that they take whole vectors
   * @param offsets where the codes start; so many bytes are readable there
   * @param count codes
   * @param length a number of bytes, at most 16,384
   * @param products receives one inner product a code
   */
  void dotCodes(short[] code, long[] offsets, int count, int length, int[] products)
      throws IOException;

  /** {@link #dotNibbles(short[], long, int)} of many codes. */
  default void dotNibbles(short[] query, long[] offsets, int count, int length, int[] products)
      throws IOException {
    for (int i = 0; i < count; i++) {
      products[i] = dotNibbles(query, offsets[i], length);
    }
  }

  /** {@link #dotBits(long[], int, long, int)} of many codes. */
  default void dotBits(
      long[] query, int planes, long[] offsets, int count, int words, int[] products)
      throws IOException {
    for (int i = 0; i < count; i++) {
      products[i] = dotBits(query, planes, offsets[i], words);
    }
  }

  /** {@link #dotLanes(short[], int, int[], long, int)} of many codes. */
  default void dotLanes(
      short[] query,
      int planes,
      int[] weights,
      long[] offsets,
      int count,
      int lanes,
      int[] products)
      throws IOException {
    for (int i = 0; i < count; i++) {
      products[i] = dotLanes(query, planes, weights, offsets[i], lanes);
    }
  }

  /** Inner product of half floats with a query. */
  float dotHalves(float[] query, long offset) throws IOException;

  /** Squared Euclidean distance of half floats and a query. */
  float squareDistanceHalves(float[] query, long offset) throws IOException;

  /** A little-endian number of 16 bits. */
  short readShort(long offset) throws IOException;

  /** A little-endian float. */
  float readFloat(long offset) throws IOException;

  /** Copies bytes out. */
  void readBytes(long offset, byte[] target, int length) throws IOException;
}
