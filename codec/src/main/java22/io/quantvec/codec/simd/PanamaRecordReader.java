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
  public int dotBits(long[] query, int planes, long offset, int words) {
    return PanamaKernels.dotBits(query, planes, segment, offset, words);
  }

  @Override
  public int dotLanes(short[] query, int planes, int[] weights, long offset, int lanes) {
    return PanamaKernels.dotLanes(query, planes, weights, segment, offset, lanes);
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
  public void dotBits(
      long[] query, int planes, long[] offsets, int count, int words, int[] products) {
    int i = 0;
    for (; i <= count - PanamaBulkKernels.WIDTH; i += PanamaBulkKernels.WIDTH) {
      PanamaBulkKernels.dotBits(query, planes, segment, offsets, i, words, products);
    }
    for (; i < count; i++) {
      products[i] = PanamaKernels.dotBits(query, planes, segment, offsets[i], words);
    }
  }

  @Override
  public void dotLanes(
      short[] query,
      int planes,
      int[] weights,
      long[] offsets,
      int count,
      int lanes,
      int[] products) {
    int i = 0;
    for (; i <= count - PanamaBulkKernels.WIDTH; i += PanamaBulkKernels.WIDTH) {
      PanamaBulkKernels.dotLanes(query, planes, weights, segment, offsets, i, lanes, products);
    }
    for (; i < count; i++) {
      products[i] = PanamaKernels.dotLanes(query, planes, weights, segment, offsets[i], lanes);
    }
  }
}
