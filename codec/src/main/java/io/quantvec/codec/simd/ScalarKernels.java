/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The kernels over a heap array, one element at a time: what other implementations are checked
 * against, and what runs where memory is not mapped.
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
  public static int dotNibbles(short[] query, byte[] codes, int offset, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      int pair = codes[offset + i];
      sum += query[i] * (pair & 15) + query[length + i] * (pair >>> 4 & 15);
    }
    return sum;
  }

  /** See {@link RecordReader#dotBits}. */
  public static int dotBits(long[] query, int planes, byte[] codes, int offset, int words) {
    int sum = 0;
    for (int plane = 0; plane < planes; plane++) {
      int count = 0;
      for (int i = 0; i < words; i++) {
        count += Long.bitCount(query[plane * words + i] & (long) LONG.get(codes, offset + 8 * i));
      }
      sum += plane == planes - 1 ? -(count << plane) : count << plane;
    }
    return sum;
  }

  /** See {@link RecordReader#dotLanes}. */
  public static int dotLanes(
      short[] query, int planes, int[] weights, byte[] codes, int offset, int lanes) {
    int sum = 0;
    for (int lane = 0; lane < lanes; lane++) {
      sum +=
          weights[lane]
              * countLane(query, planes, lane, lanes, (short) SHORT.get(codes, offset + 2 * lane));
    }
    return sum;
  }

  /** The inner product of one lane's bits with the query's numbers for them. */
  static int countLane(short[] query, int planes, int lane, int lanes, short code) {
    int sum = 0;
    for (int plane = 0; plane < planes; plane++) {
      int count = Integer.bitCount(query[plane * lanes + lane] & code & 0xFFFF);
      sum += plane == planes - 1 ? -(count << plane) : count << plane;
    }
    return sum;
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
