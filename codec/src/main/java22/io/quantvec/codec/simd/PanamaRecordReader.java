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
}
