/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.code.LaneLayout;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Arrays;

/**
 * A query as integers, laid out for the kernel of one kind of codes. The query's components are
 * weighted by the steps of the codes and share one scale.
 */
abstract sealed class QueryNumbers {

  /** Largest magnitude of a number against nibbles and bytes, as the kernels require. */
  private static final int BYTE_MAX = 127;

  final CodeSpace space;
  final short[] numbers;
  private final int max;

  /** What one unit of the kernel's result stands for. */
  double scale;

  /** What the kernel returns for a code of zeros. */
  double shift;

  private QueryNumbers(CodeSpace space, int max) {
    this.space = space;
    this.max = max;
    this.numbers = new short[space.dimension()];
  }

  static QueryNumbers of(CodeSpace space) {
    return switch (space.layout().kind()) {
      case BYTES -> new Bytes(space);
      case NIBBLES -> new Nibbles(space);
      case BITS -> new Bits(space);
      case LANES -> new Lanes(space);
      case HALVES -> throw new IllegalArgumentException("halves are scored against floats");
    };
  }

  /** What a component's number counts for in one unit of its code. */
  double unit(int d) {
    return 1;
  }

  /** Spreads the numbers as the kernel wants them. */
  void arrange() {}

  /** The kernel's result for the code at an offset. */
  abstract long kernel(RecordReader records, long offset) throws IOException;

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
    double sum = 0;
    for (int d = 0; d < numbers.length; d++) {
      double weight = direction[d] * (double) space.step(d) / unit(d);
      int number = largest == 0 ? 0 : (int) Math.rint(weight / largest * max);
      numbers[d] = (short) number;
      sum += number * unit(d) * space.middle(d);
    }
    scale = length * largest / max;
    shift = sum;
    arrange();
  }

  /** The inner product of the query and a code's reconstruction. */
  final double product(RecordReader records, long offset) throws IOException {
    return scale * (kernel(records, offset) - shift);
  }

  private static final class Bytes extends QueryNumbers {

    Bytes(CodeSpace space) {
      super(space, BYTE_MAX);
    }

    @Override
    long kernel(RecordReader records, long offset) throws IOException {
      return records.dotBytes(numbers, offset, numbers.length);
    }
  }

  private static final class Nibbles extends QueryNumbers {

    /** One number more than the dimension if that is odd: the last high nibble is padding. */
    private final short[] padded;

    private final int length;

    Nibbles(CodeSpace space) {
      super(space, BYTE_MAX);
      this.length = space.layout().codeLength();
      this.padded = new short[2 * length];
    }

    @Override
    void arrange() {
      System.arraycopy(numbers, 0, padded, 0, numbers.length);
    }

    @Override
    long kernel(RecordReader records, long offset) throws IOException {
      return records.dotNibbles(padded, offset, length);
    }
  }

  /** One bit a dimension, against 4 bits of two's complement. */
  private static final class Bits extends QueryNumbers {

    private static final int PLANES = 4;

    private final int words;
    private final long[] planes;

    Bits(CodeSpace space) {
      super(space, (1 << (PLANES - 1)) - 1);
      this.words = (space.dimension() + Long.SIZE - 1) / Long.SIZE;
      this.planes = new long[PLANES * words];
    }

    @Override
    void arrange() {
      Arrays.fill(planes, 0);
      for (int d = 0; d < numbers.length; d++) {
        for (int plane = 0; plane < PLANES; plane++) {
          planes[plane * words + d / Long.SIZE] |= (numbers[d] >>> plane & 1L) << (d % Long.SIZE);
        }
      }
    }

    @Override
    long kernel(RecordReader records, long offset) throws IOException {
      return records.dotBits(planes, PLANES, offset, words);
    }
  }

  /**
   * Blocks of different bits. So that one scale does for all, a number stands for the weight of its
   * block's highest bit: those of coarse and of fine blocks are of one size, and a lane counts
   * 2^-plane of it.
   */
  private static final class Lanes extends QueryNumbers {

    /** 8 bits lose nothing measurable up to this budget; above it, rounding the query shows. */
    private static final double FINE_BITS = 2.5;

    private final int planes;
    private final int lanes;
    private final int[] weights;
    private final short[] spread;

    Lanes(CodeSpace space) {
      super(space, (1 << (planes(space) - 1)) - 1);
      this.planes = planes(space);
      int used = space.lanes().lanes();
      this.lanes =
          (used + RecordReader.LANE_PADDING - 1)
              / RecordReader.LANE_PADDING
              * RecordReader.LANE_PADDING;
      this.spread = new short[planes * lanes];
      this.weights = new int[lanes];
      for (int lane = 0; lane < used; lane++) {
        int d = space.lanes().block(lane) * LaneLayout.BLOCK_SIZE;
        weights[lane] = 1 << space.lanes().planes() - space.bits(d) + space.lanes().shift(lane);
      }
    }

    private static int planes(CodeSpace space) {
      double bits = (double) space.calibration().codeBits() / space.calibration().dimension();
      return bits > FINE_BITS ? 10 : 8;
    }

    /** In units of the highest lane's weight: a code of b bits has its highest bit at 2^(b-1). */
    @Override
    double unit(int d) {
      return Math.scalb(1.0, space.lanes().planes() - space.bits(d));
    }

    @Override
    void arrange() {
      int block = LaneLayout.BLOCK_SIZE;
      for (int lane = 0; lane < space.lanes().lanes(); lane++) {
        int start = space.lanes().block(lane) * block;
        int end = Math.min(start + block, numbers.length);
        for (int plane = 0; plane < planes; plane++) {
          int bits = 0;
          for (int d = start; d < end; d++) {
            bits |= (numbers[d] >>> plane & 1) << (d - start);
          }
          spread[plane * lanes + lane] = (short) bits;
        }
      }
    }

    @Override
    long kernel(RecordReader records, long offset) throws IOException {
      return records.dotLanes(spread, planes, weights, offset, lanes);
    }
  }
}
