/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;

/** A query against signed bytes: floats, or integers of 8 bits if these lose little. */
final class ByteNumbers extends QueryNumbers {

  /** The most that a query of whole codes may differ from integers. */
  private static final double WHOLE_WITHIN = 1e-3;

  /** The largest number of 16 bits: sums of floats lose any more bits. */
  private static final double MAX_FLOAT = Short.MAX_VALUE;

  /** Whether the bits are few enough for sums of integers. */
  private final boolean small;

  private final double tolerance;

  /** The numbers if they are too large for sums of integers. */
  private final float[] floats;

  /** Whether the steps are equal, so that another code can be the query. */
  private final boolean equalSteps;

  /** The query in integers, another code or rounded; null if this query is never of integers. */
  private final short[] code;

  private final short[] rest;
  private boolean isCode;
  private boolean belowLowest;

  ByteNumbers(CalibratedSpace space, QueryRounding.Integers rounding) {
    super(space, maxOf(rounding.bits()));
    boolean equal = true;
    for (int d = 1; d < numbers.length; d++) {
      equal &= space.step(d) == space.step(0);
    }
    int length = padded(numbers.length);
    this.small = rounding.bits() <= Byte.SIZE && !space.isLossless();
    this.tolerance = rounding.tolerance();
    this.equalSteps = equal;
    this.floats = new float[length];
    this.code = equal || small ? new short[length] : null;
    this.rest = new short[space.isLossless() ? length : 0];
  }

  /** Scores of input codes by a query of whole codes are exact. */
  @Override
  boolean setWhole(float[] residual, double factor) {
    isCode = equalSteps;
    belowLowest = false;
    for (int d = 0; d < numbers.length && isCode; d++) {
      double whole = Math.rint(residual[d] / space.step(0));
      isCode =
          Math.abs(residual[d] / space.step(0) - whole) < WHOLE_WITHIN
              && Math.abs(whole) <= -Byte.MIN_VALUE;
      // The kernel takes +-127; a second pass adds the rest of +-128.
      int within = (int) Math.clamp(whole, -Byte.MAX_VALUE, Byte.MAX_VALUE);
      code[d] = (short) within;
      rest[d] = (short) (whole - within);
      belowLowest |= rest[d] != 0;
    }
    if (isCode) {
      scaleCode(factor);
    }
    return isCode;
  }

  @Override
  boolean setCode(byte[] record, double factor) {
    belowLowest = false;
    isCode = equalSteps;
    if (isCode) {
      for (int d = 0; d < numbers.length; d++) {
        code[d] = record[d];
      }
      scaleCode(factor);
    }
    return isCode;
  }

  /** Integers of few bits, unless they lose too much. */
  @Override
  double choosePerUnit(double largest, double codeVariance) {
    double perUnit = super.choosePerUnit(largest, codeVariance);
    isCode = small && lost(perUnit) <= tolerance * codeVariance;
    // Input codes may share a large component, beside which rounding would hide the differences.
    boolean asFloats = !isCode && tolerance < Double.POSITIVE_INFINITY;
    return asFloats ? wholePerUnit(MAX_FLOAT / largest) : perUnit;
  }

  @Override
  double arrange(double perUnit) {
    double sum = super.arrange(perUnit);
    belowLowest = false;
    isCode &= perUnit > 0;
    if (isCode) {
      System.arraycopy(numbers, 0, code, 0, numbers.length);
    } else {
      for (int d = 0; d < numbers.length; d++) {
        floats[d] = numbers[d];
      }
    }
    return sum;
  }

  /** Sums of floats depend on their order; sums of integers are exact. */
  @Override
  double kernelRounding() {
    if (isCode) {
      return 0;
    }
    double sum = 0;
    for (int d = 0; d < numbers.length; d++) {
      sum += Math.abs(numbers[d]) * space.furthest(d);
    }
    return sum * FloatSums.rounding(floats.length);
  }

  @Override
  double kernel(RecordReader records, long offset) throws IOException {
    if (!isCode) {
      return records.dotBytes(floats, offset, floats.length);
    }
    int product = records.dotCodes(code, offset, code.length);
    return belowLowest ? product + records.dotCodes(rest, offset, rest.length) : product;
  }

  @Override
  void kernel(
      RecordReader records, long[] offsets, int count, KernelBuffers buffers, double[] results)
      throws IOException {
    if (isCode) {
      int[] products = buffers.integers(count);
      records.dotCodes(code, offsets, count, code.length, products);
      widen(products, count, results);
      if (belowLowest) {
        records.dotCodes(rest, offsets, count, rest.length, products);
        for (int i = 0; i < count; i++) {
          results[i] += products[i];
        }
      }
      return;
    }
    float[] sums = buffers.floats(count);
    records.dotBytes(floats, offsets, count, floats.length, sums);
    for (int i = 0; i < count; i++) {
      results[i] = sums[i];
    }
  }
}
