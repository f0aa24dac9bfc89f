/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.BitPlanes;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A query against planes of bits, whose components may differ in their bits. A weight is the weight
 * of the component's highest bit; the bit of a lower plane counts 2^-plane of it. Each bit has a
 * number of its own.
 *
 * <p>The numbers of a word of 64 bits share a unit, a power of two times the query's smallest unit:
 * components are in the order of their variances, so that the numbers of a word are of similar
 * size, but the numbers of different words may differ by decades. A block of eight words gets
 * enough query planes to lose no more than in one unit that all blocks would share. This shared
 * unit becomes smaller until the numbers have their bits and the loss is within the tolerance.
 */
final class PlaneNumbers extends QueryNumbers {

  /** The most bits of a number that the kernel takes: a magnitude and a sign. */
  static final int MAX_BITS = RecordReader.MAX_PLANES + 1;

  /** Above the bits of any magnitude, and still within 16. */
  private static final int SIGN = 1 << RecordReader.MAX_PLANES;

  private static final int BLOCK_WORDS = RecordReader.BLOCK_WORDS;

  /** The most that a query of whole codes may differ from integers. */
  private static final double WHOLE_WITHIN = 1e-3;

  /** Larger integers than this are rounded like other queries. */
  private static final double MOST_OF_WHOLE = 7;

  /** Factor of the shared unit at a time. */
  private static final double FINER = Math.sqrt(.5);

  /** The variance of rounding to integers. */
  private static final double ROUNDING_VARIANCE = 1.0 / 12;

  /** The variance of a bit that is 0 as often as 1. */
  private static final double BIT_VARIANCE = .25;

  private final BitPlanes layout;
  private final int bits;
  private final double tolerance;
  private final int slotCount;
  private final int blocks;

  /** The magnitude of each bit's weight, then zeros up to a whole block. */
  private final double[] magnitudes;

  /** Per word, the exponent of the largest magnitude, as a share of the query's largest. */
  private final int[] exponents;

  /** Per word, the sum of the squared magnitudes. */
  private final double[] squares;

  /** The end of the range of magnitudes, a little above the largest. */
  private double top;

  /** Per word, the power of two of its unit in the smallest unit. */
  private final int[] shifts;

  /** Query planes of each block; the kernel takes them without the last blocks that have none. */
  private final int[] chosen;

  /** Null until a scan asks for the filter; two threads would make the same one. */
  private volatile ScanFilter filter;

  private byte[] planes = new byte[0];
  private long[] spread = new long[0];

  /** A number for each bit of a code, with {@link #SIGN} for its sign. */
  private final int[] slots;

  /**
   * @param rounding with bits of which at most {@link #MAX_BITS} are used
   */
  PlaneNumbers(CalibratedSpace space, QueryRounding.Integers rounding) {
    super(space, maxOf(Math.min(rounding.bits(), MAX_BITS)));
    this.layout = space.planes();
    this.bits = Math.min(rounding.bits(), MAX_BITS);
    this.tolerance = rounding.tolerance();
    int count = 0;
    for (int plane = 0; plane < codePlanes(); plane++) {
      count += width(plane);
    }
    this.slotCount = count;
    this.blocks = (count + RecordReader.BLOCK_BITS - 1) / RecordReader.BLOCK_BITS;
    this.magnitudes = new double[blocks * RecordReader.BLOCK_BITS];
    this.slots = new int[magnitudes.length];
    this.exponents = new int[blocks * BLOCK_WORDS];
    this.squares = new double[exponents.length];
    this.shifts = new int[exponents.length];
    this.chosen = new int[blocks];
  }

  private int codePlanes() {
    return layout == null ? 1 : layout.planes();
  }

  /** Components that have a bit in a plane. */
  private int width(int plane) {
    return layout == null ? numbers.length : layout.width(plane);
  }

  /** The highest bit of a code of b bits counts 2^(b-1) steps. */
  @Override
  double unit(int d) {
    return layout == null ? 1 : Math.scalb(1.0, 1 - layout.bits(d));
  }

  @Override
  double choosePerUnit(double largest, double codeVariance) {
    filter = null;
    fillWords(largest);
    if (space.isLossless()) {
      return chooseWhole(largest, codeVariance);
    }
    // In this unit, the largest magnitude is the largest number of the given bits.
    double unit = largest / max;
    top = Math.scalb(unit, bits - 1);
    double smallest = Math.scalb(top, -RecordReader.MAX_PLANES);
    Arrays.fill(chosen, 0);
    double lost = choosePlanes(unit);
    while (lost > tolerance * codeVariance && unit > smallest) {
      unit *= FINER;
      lost = choosePlanes(unit);
    }
    return 1 / setShifts();
  }

  /** One unit for all numbers, in which a query of whole codes is not rounded. */
  private double chooseWhole(double largest, double codeVariance) {
    double most = max;
    while (lost(most / largest) > tolerance * codeVariance && most < SIGN - 1) {
      most = Math.min(SIGN - 1, most / FINER);
    }
    double perUnit = isWhole() ? perCode() : wholePerUnit(most / largest);
    Arrays.fill(shifts, 0);
    for (int block = 0; block < blocks; block++) {
      chosen[block] = bitsOf(Math.rint(largest(block) * perUnit));
    }
    return perUnit;
  }

  /** The scale in which half a code is 1. */
  private double perCode() {
    return 2 / ((double) space.step(0) * space.step(0));
  }

  private boolean isWhole() {
    boolean whole = true;
    for (double weight : weights) {
      double number = Math.abs(weight) * perCode();
      whole &= number <= MOST_OF_WHOLE && Math.abs(number - Math.rint(number)) < WHOLE_WITHIN;
    }
    return whole;
  }

  private static int bitsOf(double number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros((int) number);
  }

  private double largest(int block) {
    double largest = 0;
    int from = block * RecordReader.BLOCK_BITS;
    for (int slot = from; slot < from + RecordReader.BLOCK_BITS; slot++) {
      largest = Math.max(largest, magnitudes[slot]);
    }
    return largest;
  }

  private void fillWords(double most) {
    int slot = 0;
    for (int plane = 0; plane < codePlanes(); plane++) {
      double share = Math.scalb(1.0, -plane);
      int width = width(plane);
      for (int d = 0; d < width; d++) {
        magnitudes[slot++] = Math.abs(weights[d]) * share;
      }
    }
    for (int word = 0; word < squares.length; word++) {
      double sum = 0;
      double largest = 0;
      for (int i = word * Long.SIZE; i < (word + 1) * Long.SIZE; i++) {
        sum += magnitudes[i] * magnitudes[i];
        largest = Math.max(largest, magnitudes[i]);
      }
      squares[word] = sum;
      double share = largest / most;
      int exponent = Math.getExponent(share);
      exponents[word] = share > Math.scalb(1.0, exponent) ? exponent + 1 : exponent;
    }
  }

  /**
   * Gives each block enough planes to lose no more than with numbers in the unit.
   *
   * @return the variance of a product's error that rounding causes
   */
  private double choosePlanes(double unit) {
    double all = 0;
    for (int block = 0; block < blocks; block++) {
      int bitsOfBlock =
          Math.min(RecordReader.BLOCK_BITS, slotCount - block * RecordReader.BLOCK_BITS);
      double allowed = bitsOfBlock * ROUNDING_VARIANCE * unit * unit;
      double lost = lost(block, chosen[block]);
      while (lost > allowed && chosen[block] < RecordReader.MAX_PLANES) {
        lost = lost(block, ++chosen[block]);
      }
      all += lost;
    }
    if (all > 0 && Arrays.stream(chosen).allMatch(planes -> planes == 0)) {
      Arrays.fill(chosen, 1);
    }
    return all * BIT_VARIANCE;
  }

  private double lost(int block, int planes) {
    double lost = 0;
    for (int word = block * BLOCK_WORDS; word < (block + 1) * BLOCK_WORDS; word++) {
      double unit = Math.scalb(top, exponents[word] - planes);
      int count = Math.clamp((long) slotCount - word * Long.SIZE, 0, Long.SIZE);
      // A number that is rounded to 0 loses no more than itself.
      double rounded = count * ROUNDING_VARIANCE * unit * unit;
      lost += planes == 0 ? squares[word] : Math.min(squares[word], rounded);
    }
    return lost;
  }

  /** Sets each word's shift; returns the smallest unit. */
  private double setShifts() {
    int lowest = Integer.MAX_VALUE;
    int highest = Integer.MIN_VALUE;
    for (int word = 0; word < squares.length; word++) {
      if (squares[word] > 0 && chosen[word / BLOCK_WORDS] > 0) {
        lowest = Math.min(lowest, exponents[word] - chosen[word / BLOCK_WORDS]);
        highest = Math.max(highest, exponents[word]);
      }
    }
    // The sum of all numbers fits into 32 bits.
    lowest = Math.max(lowest, highest - RecordReader.MAX_PLANES);
    for (int word = 0; word < squares.length; word++) {
      int exponent = exponents[word] - chosen[word / BLOCK_WORDS];
      shifts[word] = squares[word] > 0 ? Math.max(0, exponent - lowest) : 0;
    }
    return Math.scalb(top, lowest);
  }

  @Override
  double arrange(double perUnit) {
    int used = perUnit > 0 ? blocks : 0;
    while (used > 0 && chosen[used - 1] == 0) {
      used--;
    }
    if (planes.length != used) {
      planes = new byte[used];
    }
    int words = 0;
    for (int block = 0; block < used; block++) {
      planes[block] = (byte) chosen[block];
      words += (2 + chosen[block]) * BLOCK_WORDS;
    }
    if (spread.length < words) {
      spread = new long[words];
    }
    long sum = 0;
    int slot = 0;
    for (int plane = 0; plane < codePlanes(); plane++) {
      int width = width(plane);
      for (int d = 0; d < width; d++, slot++) {
        int word = slot / Long.SIZE;
        int limit = used == 0 ? 0 : (1 << chosen[word / BLOCK_WORDS]) - 1;
        double number = magnitudes[slot] * Math.scalb(perUnit, -shifts[word]);
        int magnitude = (int) Math.min(limit, Math.rint(number));
        sum += (long) magnitude << shifts[word];
        slots[slot] = weights[d] < 0 ? magnitude | SIGN : magnitude;
      }
    }
    int start = 0;
    for (int block = 0; block < used; block++) {
      for (int word = 0; word < BLOCK_WORDS; word++) {
        spread(block, word, start + word);
      }
      start += (2 + planes[block]) * BLOCK_WORDS;
    }
    // Each bit is 1/2 on average.
    return sum / 2.0;
  }

  /** Each bit is 1/2 from its average, so that half of its number's error counts. */
  @Override
  double unitsOff() {
    double sum = 0;
    for (int slot = 0; slot < slotCount; slot++) {
      long number = (long) (slots[slot] & ~SIGN) << shifts[slot / Long.SIZE];
      // The magnitude includes the weight of the plane.
      sum += Math.abs(magnitudes[slot] * perUnit - number);
    }
    return sum / 2;
  }

  /**
   * Turns 64 numbers into a word of signs, a word of each plane and a shift, eight numbers at a
   * time. A block has first the signs, then the planes of the magnitudes, highest first.
   */
  private void spread(int block, int word, int start) {
    int from = block * RecordReader.BLOCK_BITS + word * Long.SIZE;
    int count = planes[block];
    for (int plane = 0; plane <= count; plane++) {
      spread[start + plane * BLOCK_WORDS] = 0;
    }
    spread[start + (1 + count) * BLOCK_WORDS] = shifts[block * BLOCK_WORDS + word];
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
        spread[start + (count - plane) * BLOCK_WORDS] |=
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
  Optional<ScanFilter> scanFilter() {
    ScanFilter known = filter;
    if (known == null && perUnit > 0 && !space.isLossless()) {
      boolean[] negative = new boolean[slots.length];
      for (int slot = 0; slot < slots.length; slot++) {
        negative[slot] = (slots[slot] & SIGN) != 0;
      }
      known = new ScanFilter(magnitudes, negative, slotCount, scale() * perUnit);
      filter = known;
    }
    return Optional.ofNullable(known);
  }

  @Override
  double kernel(RecordReader records, long offset) throws IOException {
    return records.dotPlanes(spread, planes, offset);
  }

  @Override
  void kernel(
      RecordReader records, long[] offsets, int count, KernelBuffers buffers, double[] results)
      throws IOException {
    int[] sums = buffers.integers(count);
    records.dotPlanes(spread, planes, offsets, count, sums);
    widen(sums, count, results);
  }

  /** Rows of planes and of signs that the kernel reads. */
  int rows() {
    int rows = 0;
    for (byte block : planes) {
      rows += 1 + block;
    }
    return rows;
  }
}
