/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;

/** A query against nibbles: integers of 8 bits, or of 15 bits in two parts if 8 lose too much. */
final class NibbleNumbers extends QueryNumbers {

  /** The weight of a number's first part. */
  private static final int HIGH = 128;

  /** The largest number of two parts; the second part is within +-64. */
  private static final double MAX_OF_TWO = Byte.MAX_VALUE * HIGH;

  private final double tolerance;

  /** Whether the numbers are too large for one part. */
  private boolean inTwo;

  private final short[] spread;

  /** The second parts of the numbers. */
  private final short[] low;

  private final int codeLength;
  private final int lanes;

  NibbleNumbers(CalibratedSpace space, QueryRounding.Integers rounding) {
    super(space, maxOf(Math.min(rounding.bits(), Byte.SIZE)));
    this.tolerance = rounding.tolerance();
    this.codeLength = space.layout().codeLength();
    this.lanes = padded(codeLength) / Short.BYTES;
    this.spread = new short[4 * lanes];
    this.low = new short[spread.length];
  }

  @Override
  double choosePerUnit(double largest, double codeVariance) {
    double perUnit = super.choosePerUnit(largest, codeVariance);
    inTwo = lost(perUnit) > tolerance * codeVariance;
    return inTwo ? MAX_OF_TWO / largest : perUnit;
  }

  @Override
  double arrange(double perUnit) {
    double sum = super.arrange(perUnit);
    inTwo &= perUnit > 0;
    for (int lane = 0; lane < lanes; lane++) {
      int before = 0;
      int beforeLow = 0;
      for (int nibble = 0; nibble < 4; nibble++) {
        int at = 2 * lane + nibble / 2;
        int d = at + nibble % 2 * codeLength;
        int number = at < codeLength && d < numbers.length ? numbers[d] : 0;
        int high = inTwo ? (int) Math.rint((double) number / HIGH) : number;
        int rest = inTwo ? number - HIGH * high : 0;
        spread[nibble * lanes + lane] = (short) (high - 16 * before);
        low[nibble * lanes + lane] = (short) (rest - 16 * beforeLow);
        before = high;
        beforeLow = rest;
      }
    }
    return sum;
  }

  @Override
  double kernel(RecordReader records, long offset) throws IOException {
    int product = records.dotNibbles(spread, offset, lanes);
    return inTwo ? (double) HIGH * product + records.dotNibbles(low, offset, lanes) : product;
  }

  @Override
  void kernel(
      RecordReader records, long[] offsets, int count, KernelBuffers buffers, double[] results)
      throws IOException {
    int[] sums = buffers.integers(count);
    records.dotNibbles(spread, offsets, count, lanes, sums);
    widen(sums, count, results);
    if (inTwo) {
      records.dotNibbles(low, offsets, count, lanes, sums);
      for (int i = 0; i < count; i++) {
        results[i] = HIGH * results[i] + sums[i];
      }
    }
  }
}
