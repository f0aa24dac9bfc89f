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
 * Bits of components, which may have different numbers of them. So that one scale does for all, a
 * weight is that of its component's highest bit: those of coarse and of fine components are of one
 * size, and a bit of a lower plane counts 2^-plane of it. Every bit has a number of its own, in one
 * unit for all: the lower its plane, the fewer query planes its block takes.
 */
final class PlaneNumbers extends QueryNumbers {

  /** The most that the kernel takes, which has magnitudes and one sign. */
  static final int MAX_BITS = RecordReader.MAX_PLANES + 1;

  /** Codes of more bits a dimension than this show how the query is rounded. */
  private static final double FINE_BITS = 2.5;

  /** Codes of fewer bits a dimension than this are so coarse that the query may be. */
  private static final double ROUGH_BITS = 1.3;

  /** Above the bits of any magnitude, and still within 16. */
  private static final int SIGN = 1 << 15;

  private final BitPlanes layout;
  private final int bits;
  private final int blocks;

  /** Query planes a block of bits, and where they start. */
  private final byte[] planes;

  private final int[] starts;
  private final long[] spread;

  /** A number for each bit of a code, its sign being {@link #SIGN}. */
  private final int[] slots;

  PlaneNumbers(CodeSpace space, int bits) {
    super(space, bits);
    this.layout = space.planes();
    this.bits = bits;
    int slots = 0;
    for (int plane = 0; plane < Math.min(codePlanes(), bits - 1); plane++) {
      slots += width(plane);
    }
    // Bits behind these count for less than half a number.
    this.blocks = (slots + RecordReader.BLOCK_BITS - 1) / RecordReader.BLOCK_BITS;
    this.planes = new byte[blocks];
    this.starts = new int[blocks];
    int words = 0;
    int plane = 0;
    int behind = width(0);
    for (int block = 0; block < blocks; block++) {
      while (behind <= block * RecordReader.BLOCK_BITS) {
        behind += width(++plane);
      }
      planes[block] = (byte) (bits - 1 - plane);
      starts[block] = words;
      words += (1 + planes[block]) * RecordReader.BLOCK_WORDS;
    }
    this.spread = new long[words];
    this.slots = new int[Math.max(slots, blocks * RecordReader.BLOCK_BITS)];
  }

  private static double budget(CodeSpace space) {
    return (double) space.calibration().codeBits() / space.calibration().dimension();
  }

  /** On 384 dimensions 10 lose nothing to 12 at 2 bits a dimension, and .2 points at 4. */
  static int preciseBits(CodeSpace space) {
    return budget(space) > FINE_BITS ? MAX_BITS : 10;
  }

  /**
   * Of the true 10 nearest of 384 dimensions, the best 50 by so few bits hold .5 points less than
   * by all bits at 4 bits a dimension, .1 less at 2, and 1.2 less at 1; the best 100 as many.
   */
  static int coarseBits(CodeSpace space) {
    return budget(space) > ROUGH_BITS ? 6 : 7;
  }

  private int codePlanes() {
    return layout == null ? 1 : layout.planes();
  }

  /** Components that have a bit in a plane. */
  private int width(int plane) {
    return layout == null ? numbers.length : layout.width(plane);
  }

  /** In units of the first plane's weight: a code of b bits has its highest bit at 2^(b-1). */
  @Override
  double unit(int d) {
    return layout == null ? 1 : Math.scalb(1.0, 1 - layout.bits(d));
  }

  @Override
  double arrange(double perUnit) {
    long sum = 0;
    int slot = 0;
    for (int plane = 0; plane < Math.min(codePlanes(), bits - 1); plane++) {
      double perBit = Math.scalb(perUnit, -plane);
      int limit = max >> plane;
      int width = width(plane);
      for (int d = 0; d < width; d++) {
        int magnitude = (int) Math.min(limit, Math.rint(Math.abs(weights[d]) * perBit));
        sum += magnitude;
        slots[slot + d] = weights[d] < 0 ? magnitude | SIGN : magnitude;
      }
      slot += width;
    }
    Arrays.fill(slots, slot, slots.length, 0);
    for (int block = 0; block < blocks; block++) {
      for (int word = 0; word < RecordReader.BLOCK_WORDS; word++) {
        spread(block, word);
      }
    }
    // Each bit is 1/2 on average.
    return sum / 2.0;
  }

  /** Every bit is 1/2 away from its average, and off by what its own number is. */
  @Override
  double unitsOff() {
    double sum = 0;
    int slot = 0;
    for (int plane = 0; plane < codePlanes(); plane++) {
      boolean counted = plane < Math.min(codePlanes(), bits - 1);
      double perBit = Math.scalb(perUnit, -plane);
      for (int d = 0; d < width(plane); d++) {
        int number = counted ? slots[slot++] & ~SIGN : 0;
        // In the kernel, what plane a bit is of does not matter any more.
        sum += Math.abs(Math.abs(weights[d]) * perBit - number);
      }
    }
    return sum / 2;
  }

  /**
   * Turns 64 numbers into one word of signs and one of each plane, eight numbers at a time. Of a
   * block first the signs come, then the magnitudes' planes, highest first.
   */
  private void spread(int block, int word) {
    int start = starts[block] + word;
    int from = block * RecordReader.BLOCK_BITS + word * Long.SIZE;
    int count = planes[block];
    for (int plane = 0; plane <= count; plane++) {
      spread[start + plane * RecordReader.BLOCK_WORDS] = 0;
    }
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      long low = 0;
      long high = 0;
      for (int i = 0; i < Byte.SIZE; i++) {
        long number = slots[from + shift + i];
        low |= (number & 0xFF) << Byte.SIZE * i;
        high |= (number >>> Byte.SIZE) << Byte.SIZE * i;
      }
      low = transposed(low);
      high = transposed(high);
      spread[start] |= (high >>> Long.SIZE - Byte.SIZE) << shift;
      for (int plane = 0; plane < count; plane++) {
        long bytes = plane < Byte.SIZE ? low : high;
        spread[start + (count - plane) * RecordReader.BLOCK_WORDS] |=
            (bytes >>> Byte.SIZE * (plane % Byte.SIZE) & 0xFF) << shift;
      }
    }
  }

  /** Bit i of byte j becomes bit j of byte i (Warren, "Hacker's Delight", section 7-3). */
  private static long transposed(long bytes) {
    long swap = (bytes ^ bytes >>> 7) & 0x00AA00AA00AA00AAL;
    bytes ^= swap ^ swap << 7;
    swap = (bytes ^ bytes >>> 14) & 0x0000CCCC0000CCCCL;
    bytes ^= swap ^ swap << 14;
    swap = (bytes ^ bytes >>> 28) & 0x00000000F0F0F0F0L;
    return bytes ^ swap ^ swap << 28;
  }

  @Override
  double kernel(RecordReader records, long offset) throws IOException {
    return records.dotPlanes(spread, planes, offset);
  }

  @Override
  void kernel(RecordReader records, long[] offsets, int count, double[] results)
      throws IOException {
    int[] sums = integers(count);
    records.dotPlanes(spread, planes, offsets, count, sums);
    widen(sums, count, results);
  }
}
