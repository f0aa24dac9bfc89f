/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The kernels over a heap array, one element at a time: the reference for other implementations,
 * and the kernels where memory is not mapped.
 */
public final class ScalarKernels {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private ScalarKernels() {}

  /** See {@link RecordReader#dotBytes}. */
  public static float dotBytes(float[] query, byte[] codes, int offset, int length) {
    float sum = 0;
    for (int i = 0; i < length; i++) {
      sum += query[i] * codes[offset + i];
    }
    return sum;
  }

  /** See {@link RecordReader#dotCodes}. */
  public static int dotCodes(short[] code, byte[] codes, int offset, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += code[i] * codes[offset + i];
    }
    return sum;
  }

  /** See {@link RecordReader#dotNibbles}. */
  public static int dotNibbles(short[] query, byte[] codes, int offset, int lanes) {
    int sum = 0;
    for (int i = 0; i < lanes; i++) {
      sum += laneOfNibbles(query, i, lanes, (short) SHORT.get(codes, offset + 2 * i));
    }
    return sum;
  }

  /** The products of four nibbles. */
  static int laneOfNibbles(short[] query, int lane, int lanes, short code) {
    int nibbles = code & 0xFFFF;
    return (short)
        (nibbles * query[lane]
            + (nibbles >>> 4) * query[lanes + lane]
            + (nibbles >>> 8) * query[2 * lanes + lane]
            + (nibbles >>> 12) * query[3 * lanes + lane]);
  }

  /** See {@link RecordReader#dotPlanes}. */
  public static int dotPlanes(long[] query, byte[] planes, byte[] codes, int offset) {
    int sum = 0;
    int start = 0;
    for (int block = 0; block < planes.length; block++) {
      for (int word = 0; word < RecordReader.BLOCK_WORDS; word++) {
        long code = (long) LONG.get(codes, offset + 8 * (RecordReader.BLOCK_WORDS * block + word));
        sum += countWord(query, start + word, planes[block], code);
      }
      start += (2 + planes[block]) * RecordReader.BLOCK_WORDS;
    }
    return sum;
  }

  /** The part of one word of a code in {@link RecordReader#dotPlanes}. */
  static int countWord(long[] query, int start, int planes, long code) {
    long counted = code ^ query[start];
    int count = 0;
    for (int plane = 1; plane <= planes; plane++) {
      count = 2 * count + Long.bitCount(counted & query[start + plane * RecordReader.BLOCK_WORDS]);
    }
    return count << query[start + (1 + planes) * RecordReader.BLOCK_WORDS];
  }

  /** See {@link RecordReader#dotHalves}. */
  public static float dotHalves(float[] query, byte[] codes, int offset) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += query[i] * Float.float16ToFloat((short) SHORT.get(codes, offset + 2 * i));
    }
    return sum;
  }

  /** See {@link RecordReader#squareDistanceHalves}. */
  public static float squareDistanceHalves(float[] query, byte[] codes, int offset) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      float difference = query[i] - Float.float16ToFloat((short) SHORT.get(codes, offset + 2 * i));
      sum += difference * difference;
    }
    return sum;
  }
}
