/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static io.quantvec.codec.simd.RecordReader.BLOCK_WORDS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels with the Vector API. Products of codes and of nibbles are summed in lanes of 16 bits: one
 * sum is modulo 2^16, and a second sum of the products' upper bytes restores what the first sum
 * lost. As 0 <= product - 256 * (product >> 8) <= 255, the true sum of up to 257 products is the
 * one number in [256 high, 256 high + 65535] that agrees with the first sum modulo 2^16.
 */
final class PanamaKernels {

  static final VectorSpecies<Short> SHORTS = ShortVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class, jdk.incubator.vector.VectorShape.forBitSize(SHORTS.vectorBitSize() / 2));
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /** Rotations that move each lane's value down by a number of lanes. */
  private static final VectorShuffle<Float> BY_EIGHT = VectorShuffle.iota(FLOATS, 8, 1, true);

  private static final VectorShuffle<Float> BY_FOUR = VectorShuffle.iota(FLOATS, 4, 1, true);
  private static final VectorShuffle<Float> BY_TWO = VectorShuffle.iota(FLOATS, 2, 1, true);

  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(
          short.class, jdk.incubator.vector.VectorShape.forBitSize(INTS.vectorBitSize() / 2));

  /** Bits of the smallest SIMD vector. */
  private static final int MIN_VECTOR_BITS = 64;

  /** As many bytes as a vector has floats, or twice as many if no such vector exists. */
  private static final VectorSpecies<Byte> FLOAT_BYTES =
      VectorSpecies.of(
          byte.class,
          jdk.incubator.vector.VectorShape.forBitSize(
              Math.max(MIN_VECTOR_BITS, FLOATS.vectorBitSize() / 4)));

  static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Steps after which sums of 16 bits are folded; the limit in the class comment is 257. */
  static final int FOLD_STEPS = 256;

  static final int BITS = SHORTS.vectorBitSize();

  private PanamaKernels() {}

  /** Two independent sums, whose additions overlap. */
  static float dotBytes(float[] query, MemorySegment codes, long offset, int length) {
    int lanes = FLOATS.length();
    int limit = length - length % (2 * lanes);
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = FloatVector.zero(FLOATS);
    if (WIDENS) {
      for (int i = 0; i < limit; i += 2 * lanes) {
        even = widen(codes, offset + i).fma(FloatVector.fromArray(FLOATS, query, i), even);
        odd =
            widen(codes, offset + i + lanes)
                .fma(FloatVector.fromArray(FLOATS, query, i + lanes), odd);
      }
    } else {
      // No byte vector is a quarter of the smallest float vector: uses both halves of a larger one.
      for (int i = 0; i < limit; i += 2 * lanes) {
        ByteVector both =
            ByteVector.fromMemorySegment(FLOAT_BYTES, codes, offset + i, ByteOrder.LITTLE_ENDIAN);
        even =
            ((FloatVector) both.convertShape(VectorOperators.B2F, FLOATS, 0))
                .fma(FloatVector.fromArray(FLOATS, query, i), even);
        odd =
            ((FloatVector) both.convertShape(VectorOperators.B2F, FLOATS, 1))
                .fma(FloatVector.fromArray(FLOATS, query, i + lanes), odd);
      }
    }
    return sumLanes(even.add(odd)) + tailBytes(query, codes, offset, limit, length);
  }

  /**
   * The sum of all lanes, always in the same order. {@code reduceLanes} adds floats in another
   * order once the compiler has replaced the method: a score would depend on how long the JVM has
   * run.
   */
  private static float sumLanes(FloatVector lanes) {
    FloatVector sum = lanes;
    if (FLOATS.length() > 8) {
      sum = sum.add(sum.rearrange(BY_EIGHT));
    }
    if (FLOATS.length() > 4) {
      sum = sum.add(sum.rearrange(BY_FOUR));
    }
    if (FLOATS.length() > 2) {
      sum = sum.add(sum.rearrange(BY_TWO));
    }
    return sum.lane(0) + sum.lane(1);
  }

  static float tailBytes(float[] query, MemorySegment codes, long offset, int start, int length) {
    float sum = 0;
    for (int i = start; i < length; i++) {
      sum += query[i] * codes.get(ValueLayout.JAVA_BYTE, offset + i);
    }
    return sum;
  }

  /** Whether a byte vector fills exactly one float vector, see {@link #FLOAT_BYTES}. */
  static final boolean WIDENS = FLOATS.vectorBitSize() > MIN_VECTOR_BITS * 2;

  /** Bytes as floats, if {@link #WIDENS}. */
  static FloatVector widen(MemorySegment codes, long offset) {
    return (FloatVector)
        ByteVector.fromMemorySegment(FLOAT_BYTES, codes, offset, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2F, FLOATS, 0);
  }

  static int dotCodes(short[] code, MemorySegment codes, long offset, int length) {
    int lanes = SHORTS.length();
    int limit = length - length % (2 * lanes);
    int sum = 0;
    for (int start = 0; start < limit; start += 2 * lanes * FOLD_STEPS) {
      int end = Math.min(limit, start + 2 * lanes * FOLD_STEPS);
      ShortVector low = ShortVector.zero(SHORTS);
      ShortVector high = ShortVector.zero(SHORTS);
      for (int i = start; i < end; i += 2 * lanes) {
        // Two products of +-127 and -128 to 127 stay within 16 bits.
        ShortVector product =
            load(codes, offset + i)
                .mul(ShortVector.fromArray(SHORTS, code, i))
                .add(
                    load(codes, offset + i + lanes)
                        .mul(ShortVector.fromArray(SHORTS, code, i + lanes)));
        low = low.add(product);
        high = high.add(product.lanewise(VectorOperators.ASHR, 8));
      }
      sum += fold(low, high);
    }
    for (int i = limit; i < length; i++) {
      sum += code[i] * codes.get(ValueLayout.JAVA_BYTE, offset + i);
    }
    return sum;
  }

  /** A lane's four products add up to at most 7,620: sums modulo 2^16 need no masks. */
  static int dotNibbles(short[] query, MemorySegment codes, long offset, int lanes) {
    int sum = 0;
    for (int start = 0; start < lanes; start += SHORTS.length() * FOLD_STEPS) {
      int end = Math.min(lanes, start + SHORTS.length() * FOLD_STEPS);
      ShortVector low = ShortVector.zero(SHORTS);
      ShortVector high = ShortVector.zero(SHORTS);
      for (int i = start; i < end; i += SHORTS.length()) {
        ShortVector code =
            ShortVector.fromMemorySegment(SHORTS, codes, offset + 2L * i, ByteOrder.LITTLE_ENDIAN);
        ShortVector product =
            code.mul(ShortVector.fromArray(SHORTS, query, i))
                .add(shifted(code, 4, query, lanes + i))
                .add(shifted(code, 8, query, 2 * lanes + i))
                .add(shifted(code, 12, query, 3 * lanes + i));
        low = low.add(product);
        high = high.add(product.lanewise(VectorOperators.ASHR, 8));
      }
      sum += fold(low, high);
    }
    return sum;
  }

  private static ShortVector shifted(ShortVector code, int bits, short[] query, int at) {
    return code.lanewise(VectorOperators.LSHR, bits).mul(ShortVector.fromArray(SHORTS, query, at));
  }

  static ShortVector load(MemorySegment codes, long offset) {
    return (ShortVector)
        ByteVector.fromMemorySegment(BYTES, codes, offset, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2S, SHORTS, 0);
  }

  /** The sum of all lanes, see the class comment. Two lanes of 16 bits become one of 32. */
  static int fold(ShortVector low, ShortVector high) {
    IntVector highs = high.reinterpretAsInts();
    IntVector lows = low.sub(high.lanewise(VectorOperators.LSHL, 8)).reinterpretAsInts();
    return highs
        .lanewise(VectorOperators.ASHR, 16)
        .add(highs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16))
        .lanewise(VectorOperators.LSHL, 8)
        .add(lows.and(0xFFFF))
        .add(lows.lanewise(VectorOperators.LSHR, 16))
        .reduceLanes(VectorOperators.ADD);
  }

  /**
   * A loop over a block's planes. Unrolled code that starts at the highest plane was faster for few
   * planes, but boxed vectors for many.
   */
  static int dotPlanes(long[] query, byte[] planes, MemorySegment codes, long offset) {
    LongVector sum = LongVector.zero(LONGS);
    int step = LONGS.length();
    int start = 0;
    for (int i = 0; i < planes.length * BLOCK_WORDS; i += step) {
      int blockPlanes = planes[i / BLOCK_WORDS];
      int at = start + i % BLOCK_WORDS;
      if (i % BLOCK_WORDS + step == BLOCK_WORDS) {
        start += (2 + blockPlanes) * BLOCK_WORDS;
      }
      LongVector code =
          LongVector.fromMemorySegment(LONGS, codes, offset + 8L * i, ByteOrder.LITTLE_ENDIAN)
              .lanewise(VectorOperators.XOR, LongVector.fromArray(LONGS, query, at));
      LongVector counts = LongVector.zero(LONGS);
      for (int plane = 0; plane < blockPlanes; plane++) {
        at += BLOCK_WORDS;
        counts = counts.add(counts).add(count(code, query, at));
      }
      LongVector shifts = LongVector.fromArray(LONGS, query, at + BLOCK_WORDS);
      sum = sum.add(counts.lanewise(VectorOperators.LSHL, shifts));
    }
    return (int) sum.reduceLanes(VectorOperators.ADD);
  }

  private static LongVector count(LongVector code, long[] query, int at) {
    return code.and(LongVector.fromArray(LONGS, query, at)).lanewise(VectorOperators.BIT_COUNT);
  }

  static float dotHalves(float[] query, MemorySegment codes, long offset) {
    int lanes = FLOATS.length();
    int limit = query.length - query.length % lanes;
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < limit; i += lanes) {
      sum = loadHalves(codes, offset + 2L * i).fma(FloatVector.fromArray(FLOATS, query, i), sum);
    }
    float total = sumLanes(sum);
    for (int i = limit; i < query.length; i++) {
      total += query[i] * Float.float16ToFloat(codes.get(SHORT, offset + 2L * i));
    }
    return total;
  }

  static float squareDistanceHalves(float[] query, MemorySegment codes, long offset) {
    int lanes = FLOATS.length();
    int limit = query.length - query.length % lanes;
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < limit; i += lanes) {
      FloatVector difference =
          loadHalves(codes, offset + 2L * i).sub(FloatVector.fromArray(FLOATS, query, i));
      sum = difference.fma(difference, sum);
    }
    float total = sumLanes(sum);
    for (int i = limit; i < query.length; i++) {
      float difference = query[i] - Float.float16ToFloat(codes.get(SHORT, offset + 2L * i));
      total += difference * difference;
    }
    return total;
  }

  /**
   * Widens half floats by moving their exponent and fraction into a float's place and scaling by
   * 2^112, the difference of the exponents' biases; this is also right for subnormals. Codes are
   * never infinite or NaN.
   */
  private static FloatVector loadHalves(MemorySegment codes, long offset) {
    Vector<Integer> halves =
        ShortVector.fromMemorySegment(HALVES, codes, offset, ByteOrder.LITTLE_ENDIAN)
            .convertShape(VectorOperators.S2I, INTS, 0);
    IntVector bits = (IntVector) halves;
    FloatVector magnitude =
        bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13).viewAsFloatingLanes().mul(0x1p112f);
    return magnitude
        .viewAsIntegralLanes()
        .or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16))
        .viewAsFloatingLanes();
  }
}
