/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The kernels over mapped memory for a JVM without the Vector API. */
final class ScalarMappedRecordReader extends AbstractMappedRecordReader {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  ScalarMappedRecordReader(MemorySegment segment) {
    super(segment);
  }

  @Override
  public float dotBytes(float[] query, long offset, int length) {
    float sum = 0;
    for (int i = 0; i < length; i++) {
      sum += query[i] * segment.get(ValueLayout.JAVA_BYTE, offset + i);
    }
    return sum;
  }

  @Override
  public void dotCodes(short[] code, long[] offsets, int count, int length, int[] products) {
    for (int i = 0; i < count; i++) {
      int sum = 0;
      for (int j = 0; j < length; j++) {
        sum += code[j] * segment.get(ValueLayout.JAVA_BYTE, offsets[i] + j);
      }
      products[i] = sum;
    }
  }

  @Override
  public int dotNibbles(short[] query, long offset, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      int pair = segment.get(ValueLayout.JAVA_BYTE, offset + i);
      sum += query[i] * (pair & 15) + query[length + i] * (pair >>> 4 & 15);
    }
    return sum;
  }

  @Override
  public int dotBits(long[] query, int planes, long offset, int words) {
    int sum = 0;
    for (int plane = 0; plane < planes; plane++) {
      int count = 0;
      for (int i = 0; i < words; i++) {
        count += Long.bitCount(query[plane * words + i] & segment.get(LONG, offset + 8L * i));
      }
      sum += plane == planes - 1 ? -(count << plane) : count << plane;
    }
    return sum;
  }

  @Override
  public int dotLanes(short[] query, int planes, int[] weights, long offset, int lanes) {
    int sum = 0;
    for (int lane = 0; lane < lanes; lane++) {
      short code = segment.get(SHORT, offset + 2L * lane);
      sum += weights[lane] * ScalarKernels.countLane(query, planes, lane, lanes, code);
    }
    return sum;
  }

  @Override
  public float dotHalves(float[] query, long offset) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      sum += query[i] * Float.float16ToFloat(segment.get(SHORT, offset + 2L * i));
    }
    return sum;
  }

  @Override
  public float squareDistanceHalves(float[] query, long offset) {
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      float difference = query[i] - Float.float16ToFloat(segment.get(SHORT, offset + 2L * i));
      sum += difference * difference;
    }
    return sum;
  }
}
