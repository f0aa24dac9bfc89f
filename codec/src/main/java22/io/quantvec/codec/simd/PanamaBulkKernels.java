/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static io.quantvec.codec.simd.PanamaKernels.FOLD_STEPS;
import static io.quantvec.codec.simd.PanamaKernels.INTS;
import static io.quantvec.codec.simd.PanamaKernels.LONGS;
import static io.quantvec.codec.simd.PanamaKernels.SHORTS;
import static io.quantvec.codec.simd.PanamaKernels.load;
import static io.quantvec.codec.simd.RecordReader.BLOCK_WORDS;
import static io.quantvec.codec.simd.RecordReader.SCAN_GROUP;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;

/**
 * Kernels that take four codes at a time: loads that miss the cache overlap, and each part of the
 * query is loaded once for all four codes. They give the same sums as {@link PanamaKernels}.
 *
 * <p>A method must stay small: in a large method the compiler stops inlining, and then boxes
 * vectors that are arguments.
 */
final class PanamaBulkKernels {

  /** Codes at a time: eight need more registers than AVX2 has. */
  static final int WIDTH = 4;

  /** Numbers of 16 bits in the buffer of sums between a loop and its end. */
  static final int SUMS = 2 * WIDTH * SHORTS.length();

  /** Numbers of 32 bits in the widest vectors. */
  static final int WIDEST_INTS = RecordReader.BLOCK_BITS / Integer.SIZE;

  private PanamaBulkKernels() {}

  /** As {@link PanamaKernels#dotPlanes}, for codes from an index on. */
  static void dotPlanes(
      long[] query, byte[] planes, MemorySegment codes, long[] offsets, int from, int[] products) {
    long a = offsets[from];
    long b = offsets[from + 1];
    long c = offsets[from + 2];
    long d = offsets[from + 3];
    LongVector sumA = LongVector.zero(LONGS);
    LongVector sumB = sumA;
    LongVector sumC = sumA;
    LongVector sumD = sumA;
    int step = LONGS.length();
    int start = 0;
    for (int i = 0; i < planes.length * BLOCK_WORDS; i += step) {
      int blockPlanes = planes[i / BLOCK_WORDS];
      int at = start + i % BLOCK_WORDS;
      if (i % BLOCK_WORDS + step == BLOCK_WORDS) {
        start += (2 + blockPlanes) * BLOCK_WORDS;
      }
      LongVector part = LongVector.fromArray(LONGS, query, at);
      LongVector codeA = longs(codes, a + 8L * i).lanewise(XOR, part);
      LongVector codeB = longs(codes, b + 8L * i).lanewise(XOR, part);
      LongVector codeC = longs(codes, c + 8L * i).lanewise(XOR, part);
      LongVector codeD = longs(codes, d + 8L * i).lanewise(XOR, part);
      LongVector countA = LongVector.zero(LONGS);
      LongVector countB = countA;
      LongVector countC = countA;
      LongVector countD = countA;
      for (int plane = 0; plane < blockPlanes; plane++) {
        at += BLOCK_WORDS;
        part = LongVector.fromArray(LONGS, query, at);
        countA = countA.add(countA).add(count(codeA, part));
        countB = countB.add(countB).add(count(codeB, part));
        countC = countC.add(countC).add(count(codeC, part));
        countD = countD.add(countD).add(count(codeD, part));
      }
      part = LongVector.fromArray(LONGS, query, at + BLOCK_WORDS);
      sumA = sumA.add(countA.lanewise(LSHL, part));
      sumB = sumB.add(countB.lanewise(LSHL, part));
      sumC = sumC.add(countC.lanewise(LSHL, part));
      sumD = sumD.add(countD.lanewise(LSHL, part));
    }
    products[from] = (int) sumA.reduceLanes(ADD);
    products[from + 1] = (int) sumB.reduceLanes(ADD);
    products[from + 2] = (int) sumC.reduceLanes(ADD);
    products[from + 3] = (int) sumD.reduceLanes(ADD);
  }

  /**
   * As {@link PanamaKernels#dotPlanes}, with {@link RecordReader#SCAN_PLANES}, for codes that
   * follow each other. The query stays in registers.
   *
   * @param sums receives one sum per code
   */
  static void scanPlanes(
      long[] query,
      int blocks,
      MemorySegment codes,
      long offset,
      int stride,
      int count,
      int[] sums) {
    for (int word = 0; word < blocks * BLOCK_WORDS; word += LONGS.length()) {
      int at = word / BLOCK_WORDS * SCAN_ROWS * BLOCK_WORDS + word % BLOCK_WORDS;
      LongVector signs = LongVector.fromArray(LONGS, query, at);
      LongVector high = LongVector.fromArray(LONGS, query, at + BLOCK_WORDS);
      LongVector middle = LongVector.fromArray(LONGS, query, at + 2 * BLOCK_WORDS);
      LongVector low = LongVector.fromArray(LONGS, query, at + 3 * BLOCK_WORDS);
      LongVector shifts = LongVector.fromArray(LONGS, query, at + 4 * BLOCK_WORDS);
      long start = offset + (long) word * Long.BYTES;
      for (int i = 0; i < count; i++) {
        LongVector code = longs(codes, start + (long) i * stride).lanewise(XOR, signs);
        LongVector counts = count(code, high);
        counts = counts.add(counts).add(count(code, middle));
        counts = counts.add(counts).add(count(code, low));
        int sum = (int) counts.lanewise(LSHL, shifts).reduceLanes(ADD);
        sums[i] = word == 0 ? sum : sums[i] + sum;
      }
    }
  }

  /** Rows of a block: signs, planes, shifts. */
  private static final int SCAN_ROWS = 2 + RecordReader.SCAN_PLANES;

  /**
   * Finds the indexes of sums that are large enough, ascending; returns their number.
   *
   * @param found has room for a whole SIMD vector after the last index
   */
  static int atLeast(int[] sums, int count, int[] least, int[] found) {
    int next = 0;
    int i = 0;
    for (; i <= count - INTS.length(); i += INTS.length()) {
      VectorMask<Integer> enough =
          IntVector.fromArray(INTS, sums, i).compare(GE, least[i / SCAN_GROUP]);
      if (COMPRESSES) {
        // Without a branch per sum, because hits cannot be predicted.
        FIRST_NUMBERS.add(i).compress(enough).intoArray(found, next);
        next += enough.trueCount();
      } else {
        for (long lanes = enough.toLong(); lanes != 0; lanes &= lanes - 1) {
          found[next++] = i + Long.numberOfTrailingZeros(lanes);
        }
      }
    }
    for (; i < count; i++) {
      if (sums[i] >= least[i / SCAN_GROUP]) {
        found[next++] = i;
      }
    }
    return next;
  }

  /** AVX-512 moves the lanes of a mask together in one instruction. */
  private static final boolean COMPRESSES = INTS.vectorBitSize() == RecordReader.BLOCK_BITS;

  private static final IntVector FIRST_NUMBERS = IntVector.zero(INTS).addIndex(1);

  private static LongVector longs(MemorySegment codes, long offset) {
    return LongVector.fromMemorySegment(LONGS, codes, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static LongVector count(LongVector code, LongVector part) {
    return code.and(part).lanewise(BIT_COUNT);
  }

  /** The sums of four codes, from an array: after so large a loop vectors would be boxed. */
  private static void fold(short[] sums, int from, int[] products) {
    int step = SHORTS.length();
    for (int i = 0; i < WIDTH; i++) {
      ShortVector low = ShortVector.fromArray(SHORTS, sums, 2 * i * step);
      ShortVector high = ShortVector.fromArray(SHORTS, sums, (2 * i + 1) * step);
      products[from + i] = PanamaKernels.fold(low, high);
    }
  }

  /** As {@link PanamaKernels#dotCodes}, for codes from an index on. */
  static void dotCodes(
      short[] code,
      MemorySegment codes,
      long[] offsets,
      int from,
      int length,
      short[] sums,
      int[] products) {
    int lanes = SHORTS.length();
    if (length % (2 * lanes) != 0 || length > 2 * lanes * FOLD_STEPS) {
      for (int i = from; i < from + WIDTH; i++) {
        products[i] = PanamaKernels.dotCodes(code, codes, offsets[i], length);
      }
      return;
    }
    long a = offsets[from];
    long b = offsets[from + 1];
    long c = offsets[from + 2];
    long d = offsets[from + 3];
    ShortVector lowA = ShortVector.zero(SHORTS);
    ShortVector lowB = lowA;
    ShortVector lowC = lowA;
    ShortVector lowD = lowA;
    ShortVector highA = lowA;
    ShortVector highB = lowA;
    ShortVector highC = lowA;
    ShortVector highD = lowA;
    for (int i = 0; i < length; i += 2 * lanes) {
      ShortVector first = ShortVector.fromArray(SHORTS, code, i);
      ShortVector second = ShortVector.fromArray(SHORTS, code, i + lanes);
      ShortVector product =
          load(codes, a + i).mul(first).add(load(codes, a + i + lanes).mul(second));
      lowA = lowA.add(product);
      highA = highA.add(product.lanewise(ASHR, 8));
      product = load(codes, b + i).mul(first).add(load(codes, b + i + lanes).mul(second));
      lowB = lowB.add(product);
      highB = highB.add(product.lanewise(ASHR, 8));
      product = load(codes, c + i).mul(first).add(load(codes, c + i + lanes).mul(second));
      lowC = lowC.add(product);
      highC = highC.add(product.lanewise(ASHR, 8));
      product = load(codes, d + i).mul(first).add(load(codes, d + i + lanes).mul(second));
      lowD = lowD.add(product);
      highD = highD.add(product.lanewise(ASHR, 8));
    }
    int step = SHORTS.length();
    lowA.intoArray(sums, 0);
    highA.intoArray(sums, step);
    lowB.intoArray(sums, 2 * step);
    highB.intoArray(sums, 3 * step);
    lowC.intoArray(sums, 4 * step);
    highC.intoArray(sums, 5 * step);
    lowD.intoArray(sums, 6 * step);
    highD.intoArray(sums, 7 * step);
    fold(sums, from, products);
  }
}
