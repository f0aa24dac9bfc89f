/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import java.lang.foreign.MemorySegment;

/** The kernels over mapped memory with the Vector API. */
final class PanamaRecordReader extends AbstractMappedRecordReader {

  PanamaRecordReader(MemorySegment segment) {
    super(segment);
  }

  @Override
  public float dotBytes(float[] query, long offset, int length) {
    return PanamaKernels.dotBytes(query, segment, offset, length);
  }

  @Override
  public int dotNibbles(short[] query, long offset, int length) {
    return PanamaKernels.dotNibbles(query, segment, offset, length);
  }

  @Override
  public int dotPlanes(long[] query, byte[] planes, long offset) {
    return PanamaKernels.dotPlanes(query, planes, segment, offset);
  }

  @Override
  public int dotCodes(short[] code, long offset, int length) {
    return PanamaKernels.dotCodes(code, segment, offset, length);
  }

  @Override
  public float dotHalves(float[] query, long offset) {
    return PanamaKernels.dotHalves(query, segment, offset);
  }

  @Override
  public float squareDistanceHalves(float[] query, long offset) {
    return PanamaKernels.squareDistanceHalves(query, segment, offset);
  }

  @Override
  public void dotBytes(float[] query, long[] offsets, int count, int length, float[] products) {
    int i = 0;
    if (PanamaKernels.WIDENS) {
      for (; i <= count - PanamaBulkKernels.WIDTH; i += PanamaBulkKernels.WIDTH) {
        PanamaBulkKernels.dotBytes(query, segment, offsets, i, length, products);
      }
    }
    for (; i < count; i++) {
      products[i] = PanamaKernels.dotBytes(query, segment, offsets[i], length);
    }
  }

  @Override
  public void dotCodes(short[] code, long[] offsets, int count, int length, int[] products) {
    int i = 0;
    for (; i <= count - PanamaBulkKernels.WIDTH; i += PanamaBulkKernels.WIDTH) {
      PanamaBulkKernels.dotCodes(code, segment, offsets, i, length, products);
    }
    for (; i < count; i++) {
      products[i] = PanamaKernels.dotCodes(code, segment, offsets[i], length);
    }
  }

  @Override
  public void dotPlanes(long[] query, byte[] planes, long[] offsets, int count, int[] products) {
    int i = 0;
    for (; i <= count - PanamaBulkKernels.WIDTH; i += PanamaBulkKernels.WIDTH) {
      PanamaBulkKernels.dotPlanes(query, planes, segment, offsets, i, products);
    }
    for (; i < count; i++) {
      products[i] = PanamaKernels.dotPlanes(query, planes, segment, offsets[i]);
    }
  }
}
