/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static io.quantvec.codec.simd.PanamaKernels.FLOATS;
import static io.quantvec.codec.simd.PanamaKernels.FOLD_STEPS;
import static io.quantvec.codec.simd.PanamaKernels.LONGS;
import static io.quantvec.codec.simd.PanamaKernels.SHORTS;
import static io.quantvec.codec.simd.PanamaKernels.load;
import static io.quantvec.codec.simd.RecordReader.BLOCK_WORDS;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;

/**
 * Kernels that take four codes at a time: their loads overlap where they miss the cache, and each
 * part of the query is loaded once for all four. They give the same sums as {@link PanamaKernels}.
 *
 * <p>What is done once a code at the end of a loop is written out: by then the compiler has seen so
 * much code that it inlines no method but its own, and a vector that is passed on is boxed.
 */
final class PanamaBulkKernels {

  /** Codes at a time: eight need more registers than AVX2 has. */
  static final int WIDTH = 4;

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
        start += (1 + blockPlanes) * BLOCK_WORDS;
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
      sumA = sumA.add(countA);
      sumB = sumB.add(countB);
      sumC = sumC.add(countC);
      sumD = sumD.add(countD);
    }
    products[from] = (int) sumA.reduceLanes(ADD);
    products[from + 1] = (int) sumB.reduceLanes(ADD);
    products[from + 2] = (int) sumC.reduceLanes(ADD);
    products[from + 3] = (int) sumD.reduceLanes(ADD);
  }

  private static LongVector longs(MemorySegment codes, long offset) {
    return LongVector.fromMemorySegment(LONGS, codes, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static LongVector count(LongVector code, LongVector part) {
    return code.and(part).lanewise(BIT_COUNT);
  }

  /** As {@link PanamaKernels#dotNibbles}, for codes from an index on. */
  static void dotNibbles(
      short[] query, MemorySegment codes, long[] offsets, int from, int lanes, int[] products) {
    if (lanes > SHORTS.length() * FOLD_STEPS) {
      for (int i = from; i < from + WIDTH; i++) {
        products[i] = PanamaKernels.dotNibbles(query, codes, offsets[i], lanes);
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
    for (int i = 0; i < lanes; i += SHORTS.length()) {
      ShortVector first = ShortVector.fromArray(SHORTS, query, i);
      ShortVector second = ShortVector.fromArray(SHORTS, query, lanes + i);
      ShortVector third = ShortVector.fromArray(SHORTS, query, 2 * lanes + i);
      ShortVector fourth = ShortVector.fromArray(SHORTS, query, 3 * lanes + i);
      ShortVector code = shorts(codes, a + 2L * i);
      ShortVector product =
          code.mul(first)
              .add(code.lanewise(LSHR, 4).mul(second))
              .add(code.lanewise(LSHR, 8).mul(third))
              .add(code.lanewise(LSHR, 12).mul(fourth));
      lowA = lowA.add(product);
      highA = highA.add(product.lanewise(ASHR, 8));
      code = shorts(codes, b + 2L * i);
      product =
          code.mul(first)
              .add(code.lanewise(LSHR, 4).mul(second))
              .add(code.lanewise(LSHR, 8).mul(third))
              .add(code.lanewise(LSHR, 12).mul(fourth));
      lowB = lowB.add(product);
      highB = highB.add(product.lanewise(ASHR, 8));
      code = shorts(codes, c + 2L * i);
      product =
          code.mul(first)
              .add(code.lanewise(LSHR, 4).mul(second))
              .add(code.lanewise(LSHR, 8).mul(third))
              .add(code.lanewise(LSHR, 12).mul(fourth));
      lowC = lowC.add(product);
      highC = highC.add(product.lanewise(ASHR, 8));
      code = shorts(codes, d + 2L * i);
      product =
          code.mul(first)
              .add(code.lanewise(LSHR, 4).mul(second))
              .add(code.lanewise(LSHR, 8).mul(third))
              .add(code.lanewise(LSHR, 12).mul(fourth));
      lowD = lowD.add(product);
      highD = highD.add(product.lanewise(ASHR, 8));
    }
    IntVector highs = highA.reinterpretAsInts();
    IntVector lows = lowA.sub(highA.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
    highs = highB.reinterpretAsInts();
    lows = lowB.sub(highB.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from + 1] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
    highs = highC.reinterpretAsInts();
    lows = lowC.sub(highC.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from + 2] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
    highs = highD.reinterpretAsInts();
    lows = lowD.sub(highD.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from + 3] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
  }

  private static ShortVector shorts(MemorySegment codes, long offset) {
    return ShortVector.fromMemorySegment(SHORTS, codes, offset, ByteOrder.LITTLE_ENDIAN);
  }

  /** As {@link PanamaKernels#dotBytes}, for codes from an index on. */
  static void dotBytes(
      float[] query, MemorySegment codes, long[] offsets, int from, int length, float[] products) {
    int lanes = FLOATS.length();
    FloatVector sumA = FloatVector.zero(FLOATS);
    FloatVector sumB = sumA;
    FloatVector sumC = sumA;
    FloatVector sumD = sumA;
    int limit = length - length % lanes;
    for (int i = 0; i < limit; i += lanes) {
      FloatVector part = FloatVector.fromArray(FLOATS, query, i);
      sumA = PanamaKernels.widen(codes, offsets[from] + i).fma(part, sumA);
      sumB = PanamaKernels.widen(codes, offsets[from + 1] + i).fma(part, sumB);
      sumC = PanamaKernels.widen(codes, offsets[from + 2] + i).fma(part, sumC);
      sumD = PanamaKernels.widen(codes, offsets[from + 3] + i).fma(part, sumD);
    }
    products[from] = sumA.reduceLanes(ADD);
    products[from + 1] = sumB.reduceLanes(ADD);
    products[from + 2] = sumC.reduceLanes(ADD);
    products[from + 3] = sumD.reduceLanes(ADD);
    if (limit < length) {
      for (int i = from; i < from + WIDTH; i++) {
        products[i] += PanamaKernels.tailBytes(query, codes, offsets[i], limit, length);
      }
    }
  }

  /** As {@link PanamaKernels#dotCodes}, for codes from an index on. */
  static void dotCodes(
      short[] code, MemorySegment codes, long[] offsets, int from, int length, int[] products) {
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
    IntVector highs = highA.reinterpretAsInts();
    IntVector lows = lowA.sub(highA.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
    highs = highB.reinterpretAsInts();
    lows = lowB.sub(highB.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from + 1] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
    highs = highC.reinterpretAsInts();
    lows = lowC.sub(highC.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from + 2] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
    highs = highD.reinterpretAsInts();
    lows = lowD.sub(highD.lanewise(LSHL, 8)).reinterpretAsInts();
    products[from + 3] =
        highs
            .lanewise(ASHR, 16)
            .add(highs.lanewise(LSHL, 16).lanewise(ASHR, 16))
            .lanewise(LSHL, 8)
            .add(lows.and(0xFFFF))
            .add(lows.lanewise(LSHR, 16))
            .reduceLanes(ADD);
  }
}
