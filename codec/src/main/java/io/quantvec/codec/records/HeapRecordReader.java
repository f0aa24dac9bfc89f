/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.records;

import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.simd.ScalarKernels;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.lucene.store.IndexInput;

/**
 * Records on the heap, or records of a file that is not mapped, which are copied to the heap one at
 * a time. Also used by Java 21, where mapped memory is a preview feature.
 */
final class HeapRecordReader implements RecordReader {

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** Null if all records are on the heap. */
  private final IndexInput input;

  private final int recordLength;
  private final byte[] record;
  private long recordStart = -1;

  /**
   * @param input the records; no other instance moves its position
   * @param recordLength bytes per record
   */
  HeapRecordReader(IndexInput input, int recordLength) {
    this.input = input;
    this.recordLength = recordLength;
    this.record = new byte[recordLength + READABLE_BEHIND];
  }

  /**
   * @param records records, and {@link RecordReader#READABLE_BEHIND} bytes after them; not copied
   */
  HeapRecordReader(byte[] records) {
    this.input = null;
    this.recordLength = records.length;
    this.record = records;
    this.recordStart = 0;
  }

  private int load(long offset) throws IOException {
    if (input == null) {
      return (int) offset;
    }
    long start = offset - offset % recordLength;
    if (start != recordStart) {
      recordStart = -1;
      input.seek(start);
      input.readBytes(record, 0, recordLength);
      recordStart = start;
    }
    return (int) (offset - start);
  }

  @Override
  public float dotBytes(float[] query, long offset, int length) throws IOException {
    return ScalarKernels.dotBytes(query, record, load(offset), length);
  }

  @Override
  public int dotCodes(short[] code, long offset, int length) throws IOException {
    return ScalarKernels.dotCodes(code, record, load(offset), length);
  }

  @Override
  public int dotNibbles(short[] query, long offset, int lanes) throws IOException {
    return ScalarKernels.dotNibbles(query, record, load(offset), lanes);
  }

  @Override
  public int dotPlanes(long[] query, byte[] planes, long offset) throws IOException {
    return ScalarKernels.dotPlanes(query, planes, record, load(offset));
  }

  @Override
  public float dotHalves(float[] query, long offset) throws IOException {
    return ScalarKernels.dotHalves(query, record, load(offset));
  }

  @Override
  public float squareDistanceHalves(float[] query, long offset) throws IOException {
    return ScalarKernels.squareDistanceHalves(query, record, load(offset));
  }

  @Override
  public short readShort(long offset) throws IOException {
    return (short) SHORT.get(record, load(offset));
  }

  @Override
  public int readInt(long offset) throws IOException {
    return (int) INT.get(record, load(offset));
  }

  @Override
  public float readFloat(long offset) throws IOException {
    return (float) FLOAT.get(record, load(offset));
  }

  @Override
  public void readBytes(long offset, byte[] target, int length) throws IOException {
    System.arraycopy(record, load(offset), target, 0, length);
  }
}
