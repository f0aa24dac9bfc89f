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
  public int dotCodes(short[] code, long offset, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += code[i] * segment.get(ValueLayout.JAVA_BYTE, offset + i);
    }
    return sum;
  }

  @Override
  public int dotNibbles(short[] query, long offset, int lanes) {
    int sum = 0;
    for (int i = 0; i < lanes; i++) {
      sum += ScalarKernels.laneOfNibbles(query, i, lanes, segment.get(SHORT, offset + 2L * i));
    }
    return sum;
  }

  @Override
  public int dotPlanes(long[] query, byte[] planes, long offset) {
    int sum = 0;
    int start = 0;
    long at = offset;
    for (byte blockPlanes : planes) {
      for (int word = 0; word < BLOCK_WORDS; word++, at += Long.BYTES) {
        sum += ScalarKernels.countWord(query, start + word, blockPlanes, segment.get(LONG, at));
      }
      start += (2 + blockPlanes) * BLOCK_WORDS;
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
