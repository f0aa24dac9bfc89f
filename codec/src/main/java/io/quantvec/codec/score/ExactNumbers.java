/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;

/**
 * A query that is not rounded. Each code is decoded and multiplied in double precision, which is
 * slow. This is the reference that shows the loss of rounding a query. For one thread.
 */
final class ExactNumbers extends QueryNumbers {

  private final CodeDecoder decoder;
  private final byte[] record;
  private final float[] decoded;

  ExactNumbers(CalibratedSpace space) {
    super(space, 0);
    this.decoder = new CodeDecoder(space);
    this.record = new byte[space.layout().recordLength()];
    this.decoded = new float[space.dimension()];
  }

  @Override
  double unit(int d) {
    return space.step(d) == 0 ? 1 : space.step(d);
  }

  @Override
  double choosePerUnit(double largest, double codeVariance) {
    return 1;
  }

  @Override
  double arrange(double perUnit) {
    return 0;
  }

  /** Decodes into buffers of its own. */
  @Override
  boolean isShareable() {
    return false;
  }

  /** The error of doubles is negligible. */
  @Override
  double unitsOff() {
    return 0;
  }

  @Override
  double kernel(RecordReader records, long offset) throws IOException {
    records.readBytes(offset, record, record.length);
    decoder.decodeDirection(record, decoded);
    double sum = 0;
    for (int d = 0; d < decoded.length; d++) {
      sum += weights[d] * decoded[d];
    }
    return sum;
  }

  @Override
  void kernel(
      RecordReader records, long[] offsets, int count, KernelBuffers buffers, double[] results)
      throws IOException {
    for (int i = 0; i < count; i++) {
      results[i] = kernel(records, offsets[i]);
    }
  }
}
