/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static io.quantvec.codec.simd.PanamaKernels.FLOATS;
import static io.quantvec.codec.simd.PanamaKernels.FOLD_STEPS;
import static io.quantvec.codec.simd.PanamaKernels.INTS;
import static io.quantvec.codec.simd.PanamaKernels.LONGS;
import static io.quantvec.codec.simd.PanamaKernels.SHORTS;
import static io.quantvec.codec.simd.PanamaKernels.fold;
import static io.quantvec.codec.simd.PanamaKernels.load;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.S2I;

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

  /** As {@link PanamaKernels#dotLanes}, for codes from an index on. */
  static void dotLanes(
      short[] query,
      int planes,
      int[] weights,
      MemorySegment codes,
      long[] offsets,
      int from,
      int lanes,
      int[] products) {
    int half = INTS.length();
    int sign = planes - 1;
    IntVector sumA = IntVector.zero(INTS);
    IntVector sumB = sumA;
    IntVector sumC = sumA;
    IntVector sumD = sumA;
    for (int i = 0; i < lanes; i += SHORTS.length()) {
      ShortVector codeA = shorts(codes, offsets[from] + 2L * i);
      ShortVector codeB = shorts(codes, offsets[from + 1] + 2L * i);
      ShortVector codeC = shorts(codes, offsets[from + 2] + 2L * i);
      ShortVector codeD = shorts(codes, offsets[from + 3] + 2L * i);
      ShortVector part = ShortVector.fromArray(SHORTS, query, sign * lanes + i);
      ShortVector countA = count(codeA, part).neg();
      ShortVector countB = count(codeB, part).neg();
      ShortVector countC = count(codeC, part).neg();
      ShortVector countD = count(codeD, part).neg();
      for (int plane = sign - 1; plane >= 0; plane--) {
        part = ShortVector.fromArray(SHORTS, query, plane * lanes + i);
        countA = countA.add(countA).add(count(codeA, part));
        countB = countB.add(countB).add(count(codeB, part));
        countC = countC.add(countC).add(count(codeC, part));
        countD = countD.add(countD).add(count(codeD, part));
      }
      IntVector low = IntVector.fromArray(INTS, weights, i);
      IntVector high = IntVector.fromArray(INTS, weights, i + half);
      sumA =
          sumA.add(((IntVector) countA.convertShape(S2I, INTS, 0)).mul(low))
              .add(((IntVector) countA.convertShape(S2I, INTS, 1)).mul(high));
      sumB =
          sumB.add(((IntVector) countB.convertShape(S2I, INTS, 0)).mul(low))
              .add(((IntVector) countB.convertShape(S2I, INTS, 1)).mul(high));
      sumC =
          sumC.add(((IntVector) countC.convertShape(S2I, INTS, 0)).mul(low))
              .add(((IntVector) countC.convertShape(S2I, INTS, 1)).mul(high));
      sumD =
          sumD.add(((IntVector) countD.convertShape(S2I, INTS, 0)).mul(low))
              .add(((IntVector) countD.convertShape(S2I, INTS, 1)).mul(high));
    }
    products[from] = sumA.reduceLanes(ADD);
    products[from + 1] = sumB.reduceLanes(ADD);
    products[from + 2] = sumC.reduceLanes(ADD);
    products[from + 3] = sumD.reduceLanes(ADD);
  }

  private static ShortVector shorts(MemorySegment codes, long offset) {
    return ShortVector.fromMemorySegment(SHORTS, codes, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static ShortVector count(ShortVector code, ShortVector part) {
    return code.and(part).lanewise(BIT_COUNT);
  }

  /** As {@link PanamaKernels#dotBits}, for codes from an index on. */
  static void dotBits(
      long[] query,
      int planes,
      MemorySegment codes,
      long[] offsets,
      int from,
      int words,
      int[] products) {
    int limit = words - words % LONGS.length();
    int sign = planes - 1;
    LongVector sumA = LongVector.zero(LONGS);
    LongVector sumB = sumA;
    LongVector sumC = sumA;
    LongVector sumD = sumA;
    for (int i = 0; i < limit; i += LONGS.length()) {
      LongVector codeA = longs(codes, offsets[from] + 8L * i);
      LongVector codeB = longs(codes, offsets[from + 1] + 8L * i);
      LongVector codeC = longs(codes, offsets[from + 2] + 8L * i);
      LongVector codeD = longs(codes, offsets[from + 3] + 8L * i);
      LongVector part = LongVector.fromArray(LONGS, query, sign * words + i);
      LongVector countA = count(codeA, part).neg();
      LongVector countB = count(codeB, part).neg();
      LongVector countC = count(codeC, part).neg();
      LongVector countD = count(codeD, part).neg();
      for (int plane = sign - 1; plane >= 0; plane--) {
        part = LongVector.fromArray(LONGS, query, plane * words + i);
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
    if (limit < words) {
      for (int i = from; i < from + WIDTH; i++) {
        products[i] += PanamaKernels.tailBits(query, planes, codes, offsets[i], limit, words);
      }
    }
  }

  private static LongVector longs(MemorySegment codes, long offset) {
    return LongVector.fromMemorySegment(LONGS, codes, offset, ByteOrder.LITTLE_ENDIAN);
  }

  private static LongVector count(LongVector code, LongVector part) {
    return code.and(part).lanewise(BIT_COUNT);
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
    products[from] = fold(lowA, highA);
    products[from + 1] = fold(lowB, highB);
    products[from + 2] = fold(lowC, highC);
    products[from + 3] = fold(lowD, highD);
  }
}
