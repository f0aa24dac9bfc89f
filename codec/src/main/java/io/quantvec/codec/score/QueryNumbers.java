/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.code.BitPlanes;
import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Arrays;

/**
 * A query as integers, laid out for the kernel of one kind of codes. The query's components are
 * weighted by the steps of the codes and share one scale.
 */
abstract sealed class QueryNumbers {

  /** The most bits of a number: against bytes, 8 lose .4 points of recall of 100 dimensions. */
  static final int MAX_BITS = 16;

  final CodeSpace space;
  final short[] numbers;
  private final int max;

  /** What one unit of the kernel's result stands for. */
  private double scale;

  /** What the kernel returns for a code of zeros. */
  private double shift;

  private QueryNumbers(CodeSpace space, int bits) {
    this.space = space;
    this.max = (1 << (bits - 1)) - 1;
    this.numbers = new short[space.dimension()];
  }

  /**
   * @param bits bits a number, 2 to 16; kernels that take fewer are given fewer
   */
  static QueryNumbers of(CodeSpace space, int bits) {
    return switch (space.layout().kind()) {
      case BYTES -> new Bytes(space, bits);
      case NIBBLES -> new Nibbles(space, Math.min(bits, Byte.SIZE));
      case BITS -> new Bits(space, bits);
      case PLANES -> new Planes(space, Math.min(bits, Planes.MAX_PLANES));
      case HALVES -> throw new IllegalArgumentException("halves are scored against floats");
    };
  }

  /**
   * The length that a kernel takes in whole vectors. Behind a code it meets the terms and the next
   * code, or the bytes that stand there for this: the query is zero, so they do not count.
   */
  private static int padded(int length) {
    int step = RecordReader.READABLE_BEHIND;
    return (length + step - 1) / step * step;
  }

  /** The bits that pay for themselves. */
  static int bits(CodeSpace space) {
    return switch (space.layout().kind()) {
      case BYTES -> MAX_BITS;
      case NIBBLES -> Byte.SIZE;
      case BITS -> Bits.DEFAULT_PLANES;
      case PLANES -> Planes.defaultPlanes(space);
      case HALVES -> 0;
    };
  }

  /** What a component's number counts for in one unit of its code. */
  double unit(int d) {
    return 1;
  }

  /**
   * Spreads the numbers as the kernel wants them.
   *
   * @return the kernel's result for a code of zeros
   */
  double arrange() {
    double sum = 0;
    for (int d = 0; d < numbers.length; d++) {
      sum += (double) numbers[d] * space.middle(d);
    }
    return sum;
  }

  /**
   * The kernel's results for many codes.
   *
   * @param results receives them
   */
  abstract void kernel(RecordReader records, long[] offsets, int count, double[] results)
      throws IOException;

  /** Room for whole numbers that a kernel returns, kept from call to call. */
  private int[] integers = new int[0];

  final int[] integers(int count) {
    if (integers.length < count) {
      integers = new int[count];
    }
    return integers;
  }

  private static void widen(int[] integers, int count, double[] results) {
    for (int i = 0; i < count; i++) {
      results[i] = integers[i];
    }
  }

  /** The inner products of the query and the reconstructions of many codes. */
  final void products(RecordReader records, long[] offsets, int count, double[] products)
      throws IOException {
    kernel(records, offsets, count, products);
    for (int i = 0; i < count; i++) {
      products[i] = scale * (products[i] - shift);
    }
  }

  /** The kernel's result for the code at an offset. */
  abstract double kernel(RecordReader records, long offset) throws IOException;

  /**
   * Takes a query.
   *
   * @param direction the query in the space of codes; left as it is
   * @param length what the direction is to be multiplied by
   */
  final void set(float[] direction, double length) {
    double largest = 0;
    for (int d = 0; d < numbers.length; d++) {
      largest = Math.max(largest, Math.abs(direction[d] * space.step(d) / unit(d)));
    }
    double perUnit = largest == 0 ? 0 : perUnit(largest);
    for (int d = 0; d < numbers.length; d++) {
      double weight = direction[d] * (double) space.step(d) / unit(d);
      numbers[d] = (short) Math.rint(weight * perUnit);
    }
    scale = largest == 0 ? 0 : length / perUnit;
    shift = arrange();
  }

  /**
   * Takes a query of whole codes as it is.
   *
   * @param residual the query minus the centroid
   * @param factor what it is to be multiplied by
   * @return whether it is one, and this kind of codes can
   */
  boolean setWhole(float[] residual, double factor) {
    return false;
  }

  /**
   * Takes another code of the same steps as the query, as it is.
   *
   * @param factor what its reconstruction is to be multiplied by
   * @return whether this kind of codes can
   */
  boolean setCode(byte[] record, double factor) {
    return false;
  }

  final void scaleCode(double factor) {
    scale = factor * space.step(0) * space.step(0);
    shift = 0;
  }

  /** Numbers a unit of weight: a query of whole codes stays one. */
  private double perUnit(double largest) {
    double perUnit = max / largest;
    if (space.isLossless()) {
      double square = (double) space.step(0) * space.step(0);
      // Rounding may leave a whole number a little below itself.
      double perCode = Math.floor(perUnit * square + 1e-4);
      return perCode >= 1 ? perCode / square : perUnit;
    }
    return perUnit;
  }

  /** The inner product of the query and a code's reconstruction. */
  final double product(RecordReader records, long offset) throws IOException {
    return scale * (kernel(records, offset) - shift);
  }

  /** Signed bytes, against the numbers as floats. */
  private static final class Bytes extends QueryNumbers {

    private final float[] floats;
    private float[] sums = new float[0];

    /** A query that was computed from codes may be so far from whole ones. */
    private static final double WHOLE_WITHIN = 1e-3;

    /** Another code of the same steps, for whole numbers; null unless all steps are equal. */
    private final short[] code;

    private final short[] rest;
    private boolean isCode;
    private boolean belowLowest;

    Bytes(CodeSpace space, int bits) {
      super(space, bits);
      this.floats = new float[padded(numbers.length)];
      boolean equal = true;
      for (int d = 1; d < numbers.length; d++) {
        equal &= space.step(d) == space.step(0);
      }
      this.code = equal ? new short[floats.length] : null;
      this.rest = new short[space.isLossless() ? floats.length : 0];
    }

    /** Of vectors that arrived as codes, a query of whole codes is one, and scores are exact. */
    @Override
    boolean setWhole(float[] residual, double factor) {
      isCode = code != null;
      belowLowest = false;
      for (int d = 0; d < numbers.length && isCode; d++) {
        double whole = Math.rint(residual[d] / space.step(0));
        isCode =
            Math.abs(residual[d] / space.step(0) - whole) < WHOLE_WITHIN
                && Math.abs(whole) <= -Byte.MIN_VALUE;
        // The kernel takes +-127; -128 is one less, and 128 one more.
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
      isCode = code != null;
      if (isCode) {
        for (int d = 0; d < numbers.length; d++) {
          code[d] = record[d];
        }
        scaleCode(factor);
      }
      return isCode;
    }

    @Override
    double arrange() {
      isCode = false;
      for (int d = 0; d < numbers.length; d++) {
        floats[d] = numbers[d];
      }
      return super.arrange();
    }

    @Override
    double kernel(RecordReader records, long offset) throws IOException {
      if (isCode) {
        double[] result = new double[1];
        kernel(records, new long[] {offset}, 1, result);
        return result[0];
      }
      return records.dotBytes(floats, offset, floats.length);
    }

    @Override
    void kernel(RecordReader records, long[] offsets, int count, double[] results)
        throws IOException {
      if (isCode) {
        int[] products = integers(count);
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
      if (sums.length < count) {
        sums = new float[count];
      }
      records.dotBytes(floats, offsets, count, floats.length, sums);
      for (int i = 0; i < count; i++) {
        results[i] = sums[i];
      }
    }
  }

  private static final class Nibbles extends QueryNumbers {

    private final short[] spread;
    private final int codeLength;
    private final int length;

    Nibbles(CodeSpace space, int bits) {
      super(space, bits);
      this.codeLength = space.layout().codeLength();
      this.length = padded(codeLength);
      this.spread = new short[2 * length];
    }

    @Override
    double arrange() {
      System.arraycopy(numbers, 0, spread, 0, codeLength);
      System.arraycopy(numbers, codeLength, spread, length, numbers.length - codeLength);
      return super.arrange();
    }

    @Override
    double kernel(RecordReader records, long offset) throws IOException {
      return records.dotNibbles(spread, offset, length);
    }

    @Override
    void kernel(RecordReader records, long[] offsets, int count, double[] results)
        throws IOException {
      int[] sums = integers(count);
      records.dotNibbles(spread, offsets, count, length, sums);
      widen(sums, count, results);
    }
  }

  /** One bit a dimension, against numbers in two's complement. */
  private static final class Bits extends QueryNumbers {

    /** 4 bits: 8 gained .5 points of recall under cosine, and cost twice the time. */
    static final int DEFAULT_PLANES = 4;

    private final int planeCount;
    private final int words;
    private final long[] planes;

    Bits(CodeSpace space, int bits) {
      super(space, bits);
      this.planeCount = bits;
      this.words = (space.dimension() + Long.SIZE - 1) / Long.SIZE;
      this.planes = new long[planeCount * words];
    }

    @Override
    double arrange() {
      Arrays.fill(planes, 0);
      for (int d = 0; d < numbers.length; d++) {
        for (int plane = 0; plane < planeCount; plane++) {
          planes[plane * words + d / Long.SIZE] |= (numbers[d] >>> plane & 1L) << (d % Long.SIZE);
        }
      }
      return super.arrange();
    }

    @Override
    double kernel(RecordReader records, long offset) throws IOException {
      return records.dotBits(planes, planeCount, offset, words);
    }

    @Override
    void kernel(RecordReader records, long[] offsets, int count, double[] results)
        throws IOException {
      int[] sums = integers(count);
      records.dotBits(planes, planeCount, offsets, count, words, sums);
      widen(sums, count, results);
    }
  }

  /**
   * Components of different bits. So that one scale does for all, a number stands for the weight of
   * its component's highest bit: those of coarse and of fine components are of one size, and a
   * plane counts 2^-plane of it.
   */
  private static final class Planes extends QueryNumbers {

    /** A lane of 16 bits holds the sum of its 16 numbers as long as they have no more bits. */
    static final int MAX_PLANES = 10;

    /** 8 bits lose nothing measurable up to this budget; above it, rounding the query shows. */
    private static final double FINE_BITS = 2.5;

    private final BitPlanes layout;
    private final int planes;
    private final int lanes;
    private final int[] weights;
    private final short[] spread;

    Planes(CodeSpace space, int bits) {
      super(space, bits);
      this.layout = space.planes();
      this.planes = bits;
      this.lanes =
          (layout.lanes() + RecordReader.LANE_PADDING - 1)
              / RecordReader.LANE_PADDING
              * RecordReader.LANE_PADDING;
      this.spread = new short[planes * lanes];
      this.weights = new int[lanes];
    }

    static int defaultPlanes(CodeSpace space) {
      double bits = (double) space.calibration().codeBits() / space.calibration().dimension();
      return bits > FINE_BITS ? MAX_PLANES : Byte.SIZE;
    }

    /** In units of the first plane's weight: a code of b bits has its highest bit at 2^(b-1). */
    @Override
    double unit(int d) {
      return Math.scalb(1.0, layout.planes() - layout.bits(d));
    }

    @Override
    double arrange() {
      Arrays.fill(spread, (short) 0);
      int slot = 0;
      int lanePlane = 0;
      long twice = 0;
      for (int plane = 0; plane < layout.planes(); plane++) {
        for (int d = 0; d < layout.width(plane); d++, slot++) {
          int lane = slot / BitPlanes.LANE_BITS;
          int place = slot % BitPlanes.LANE_BITS;
          if (place == 0) {
            lanePlane = plane;
            weights[lane] = 1 << layout.planes() - 1 - plane;
          }
          // A lane has one weight: what belongs to the planes below its first counts for less.
          int number = halved(numbers[d], plane - lanePlane);
          twice += (long) number * weights[lane];
          for (int bit = 0; bit < planes; bit++) {
            spread[bit * lanes + lane] |= (short) ((number >>> bit & 1) << place);
          }
        }
      }
      // Each bit is 1/2 on average: the sum of middles, of the numbers as the lanes have them.
      return twice / 2.0;
    }

    private static int halved(int number, int times) {
      return times == 0 ? number : (int) Math.rint(Math.scalb((double) number, -times));
    }

    @Override
    double kernel(RecordReader records, long offset) throws IOException {
      return records.dotLanes(spread, planes, weights, offset, lanes);
    }

    @Override
    void kernel(RecordReader records, long[] offsets, int count, double[] results)
        throws IOException {
      int[] sums = integers(count);
      records.dotLanes(spread, planes, weights, offsets, count, lanes, sums);
      widen(sums, count, results);
    }
  }
}
