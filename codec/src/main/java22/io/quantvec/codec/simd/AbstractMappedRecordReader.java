/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The loads of numbers, which all mapped readers share. */
abstract class AbstractMappedRecordReader implements RecordReader {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  final MemorySegment segment;

  AbstractMappedRecordReader(MemorySegment segment) {
    this.segment = segment;
  }

  @Override
  public final short readShort(long offset) {
    return segment.get(SHORT, offset);
  }

  @Override
  public final int readInt(long offset) {
    return segment.get(INT, offset);
  }

  @Override
  public final float readFloat(long offset) {
    return segment.get(FLOAT, offset);
  }

  @Override
  public final void readBytes(long offset, byte[] target, int length) {
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, offset, target, 0, length);
  }
}
