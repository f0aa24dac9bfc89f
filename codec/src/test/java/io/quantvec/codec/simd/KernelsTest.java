/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every implementation of the kernels against the plain one. */
class KernelsTest {

  private static final int MAX_DIMENSION = 16_384;

  private final Random random = new Random(42);

  /** Every length that a tail can have with any vector width, and some large ones. */
  private List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>(IntStream.rangeClosed(1, 300).boxed().toList());
    for (int i = 0; i < 30; i++) {
      lengths.add(301 + random.nextInt(MAX_DIMENSION - 301));
    }
    lengths.add(MAX_DIMENSION);
    return lengths;
  }

  @FunctionalInterface
  private interface Check {
    void run(RecordReader reader, byte[] bytes, int offset) throws IOException;
  }

  /** Runs a check on native memory with each reader, at an offset that is not aligned. */
  private void onEveryReader(byte[] bytes, Check check) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int offset = 1 + random.nextInt(9);
      // Nothing may be read behind the record but the terms that follow each code.
      MemorySegment segment = arena.allocate(offset + bytes.length);
      MemorySegment.copy(MemorySegment.ofArray(bytes), 0, segment, offset, bytes.length);
      check.run(new PanamaRecordReader(segment), bytes, offset);
      check.run(new ScalarMappedRecordReader(segment), bytes, offset);
    }
  }

  private short[] query(int length, boolean extreme) {
    short[] query = new short[length];
    for (int i = 0; i < length; i++) {
      query[i] =
          (short) (extreme ? (random.nextBoolean() ? 127 : -127) : random.nextInt(255) - 127);
    }
    return query;
  }

  @Test
  void bytesAgree() throws IOException {
    for (int length : lengths()) {
      float[] query = new float[length];
      byte[] codes = new byte[length];
      random.nextBytes(codes);
      double expected = 0;
      double magnitude = 0;
      for (int i = 0; i < length; i++) {
        query[i] = random.nextInt(65535) - 32767;
        expected += (double) query[i] * codes[i];
        magnitude += Math.abs((double) query[i] * codes[i]);
      }
      double exact = expected;
      double tolerance = 1e-5 * magnitude;
      assertEquals(exact, ScalarKernels.dotBytes(query, codes, 0, length), tolerance);
      onEveryReader(
          codes,
          (reader, bytes, offset) ->
              assertEquals(
                  exact,
                  reader.dotBytes(query, offset, length),
                  tolerance,
                  () -> reader.getClass() + " at length " + length));
    }
  }

  /** Whole numbers that a float can hold are summed without an error. */
  @Test
  void extremeBytesAgree() throws IOException {
    for (int length : new int[] {1, 64, 511, 1024}) {
      float[] query = new float[length];
      byte[] codes = new byte[length];
      java.util.Arrays.fill(query, 127);
      java.util.Arrays.fill(codes, (byte) -128);
      onEveryReader(
          codes,
          (reader, bytes, offset) ->
              assertEquals(-128 * 127 * length, reader.dotBytes(query, offset, length)));
    }
  }

  @Test
  void nibblesAgree() throws IOException {
    for (int length : lengths()) {
      for (boolean extreme : new boolean[] {false, true}) {
        int packed = (length + 1) / 2;
        short[] query = query(2 * packed, extreme);
        byte[] codes = new byte[packed];
        random.nextBytes(codes);
        if (extreme) {
          java.util.Arrays.fill(codes, (byte) 0xFF);
          java.util.Arrays.fill(query, (short) -127);
        }
        int expected = ScalarKernels.dotNibbles(query, codes, 0, packed);
        onEveryReader(
            codes,
            (reader, bytes, offset) ->
                assertEquals(
                    expected,
                    reader.dotNibbles(query, offset, packed),
                    () -> reader.getClass() + " at length " + packed));
      }
    }
  }

  @Test
  void bitsAgree() throws IOException {
    for (int length : lengths()) {
      int words = (length + 63) / 64;
      int planes = length % 3 == 0 ? 8 : 4;
      long[] query = random.longs((long) words * planes).toArray();
      byte[] codes = new byte[8 * words];
      random.nextBytes(codes);
      int expected = ScalarKernels.dotBits(query, planes, codes, 0, words);
      onEveryReader(
          codes,
          (reader, bytes, offset) ->
              assertEquals(
                  expected,
                  reader.dotBits(query, planes, offset, words),
                  () -> reader.getClass() + " at " + words + " words"));
    }
  }

  @Test
  void lanesAgree() throws IOException {
    for (int lanes : lengths()) {
      int count = Math.min((lanes + 31) / 32 * 32, 8_192);
      int planes = lanes % 3 == 0 ? 10 : 8;
      boolean extreme = lanes % 5 == 0 || count == 8_192;
      short[] query = new short[count * planes];
      int[] weights = new int[count];
      byte[] codes = new byte[2 * count];
      for (int i = 0; i < query.length; i++) {
        // The most negative query: all sign bits and nothing else.
        query[i] = (short) (extreme ? (i / count == planes - 1 ? -1 : 0) : random.nextInt());
      }
      for (int i = 0; i < count; i++) {
        // The largest sum that 32 bits must hold: 16,000 dimensions, all weights together 255.
        weights[i] = extreme ? Math.max(1, 1_000 * 255 / count) : 1 << random.nextInt(8);
      }
      random.nextBytes(codes);
      if (extreme) {
        java.util.Arrays.fill(codes, (byte) -1);
      }
      int expected = ScalarKernels.dotLanes(query, planes, weights, codes, 0, count);
      if (extreme) {
        assertEquals(-(long) weights[0] * 16 * count * (1 << (planes - 1)), expected);
      }
      onEveryReader(
          codes,
          (reader, bytes, offset) ->
              assertEquals(
                  expected,
                  reader.dotLanes(query, planes, weights, offset, count),
                  () -> reader.getClass() + " at " + count + " lanes"));
    }
  }

  @Test
  void bitsAreWeightedAsTwosComplement() {
    // One dimension per number from -8 to 7, all set in the code: the sum of all is -8.
    long[] planes = new long[4];
    for (int d = 0; d < 16; d++) {
      int number = d - 8;
      for (int plane = 0; plane < 4; plane++) {
        planes[plane] |= (number >>> plane & 1L) << d;
      }
    }
    byte[] codes = new byte[8];
    codes[0] = (byte) 0xFF;
    codes[1] = (byte) 0xFF;
    assertEquals(-8, ScalarKernels.dotBits(planes, 4, codes, 0, 1));
  }

  @Test
  void halvesAgreeUpToTheOrderOfTheirSums() throws IOException {
    for (int length : lengths()) {
      float[] query = new float[length];
      byte[] codes = new byte[2 * length];
      double dot = 0;
      double distance = 0;
      double magnitude = 0;
      for (int i = 0; i < length; i++) {
        query[i] = (float) random.nextGaussian();
        // Normal, subnormal and zero halves, of both signs.
        float value =
            switch (i % 4) {
              case 0 -> 0f;
              case 1 -> (float) random.nextGaussian() * 3e-6f;
              default -> (float) random.nextGaussian();
            };
        short half = Float.floatToFloat16(value);
        codes[2 * i] = (byte) half;
        codes[2 * i + 1] = (byte) (half >>> 8);
        double stored = Float.float16ToFloat(half);
        dot += query[i] * stored;
        distance += (query[i] - stored) * (query[i] - stored);
        magnitude += Math.abs(query[i] * stored);
      }
      double expectedDot = dot;
      double expectedDistance = distance;
      double tolerance = 1e-5 * (1 + magnitude);
      onEveryReader(
          codes,
          (reader, bytes, offset) -> {
            assertEquals(expectedDot, reader.dotHalves(query, offset), tolerance);
            assertEquals(
                expectedDistance,
                reader.squareDistanceHalves(query, offset),
                1e-5 * (1 + expectedDistance));
          });
      assertEquals(expectedDot, ScalarKernels.dotHalves(query, codes, 0), tolerance);
    }
  }

  /** Many codes at a time give what one at a time gives, whatever their number and order. */
  @Test
  void bulksAgreeWithSingleCodes() throws IOException {
    for (int length : lengths()) {
      int lanes = (length + 31) / 32 * 32;
      int words = (length + 63) / 64;
      int record = Math.max(2 * lanes, length) + 5;
      int count = 1 + random.nextInt(11);
      byte[] codes = new byte[(count + 1) * record + RecordReader.READABLE_BEHIND];
      random.nextBytes(codes);
      float[] floats = new float[length];
      for (int i = 0; i < length; i++) {
        floats[i] = random.nextInt(255) - 127;
      }
      short[] nibbles = query(2 * length, false);
      int planes = 2 + random.nextInt(9);
      long[] bits = random.longs((long) words * planes).toArray();
      short[] spread = query(planes * lanes, false);
      int[] weights = new int[lanes];
      for (int i = 0; i < lanes; i++) {
        weights[i] = 1 << random.nextInt(8);
      }
      onEveryReader(
          codes,
          (reader, bytes, offset) -> {
            long[] offsets = new long[count];
            for (int i = 0; i < count; i++) {
              offsets[i] = offset + (long) random.nextInt(count) * record;
            }
            float[] products = new float[count];
            int[] integers = new int[count];
            reader.dotBytes(floats, offsets, count, length, products);
            for (int i = 0; i < count; i++) {
              float single = reader.dotBytes(floats, offsets[i], length);
              assertEquals(single, products[i], 1e-6 * 127 * 127 * length);
            }
            reader.dotNibbles(nibbles, offsets, count, length, integers);
            for (int i = 0; i < count; i++) {
              assertEquals(reader.dotNibbles(nibbles, offsets[i], length), integers[i]);
            }
            reader.dotBits(bits, planes, offsets, count, words, integers);
            for (int i = 0; i < count; i++) {
              assertEquals(reader.dotBits(bits, planes, offsets[i], words), integers[i]);
            }
            reader.dotLanes(spread, planes, weights, offsets, count, lanes, integers);
            for (int i = 0; i < count; i++) {
              assertEquals(
                  reader.dotLanes(spread, planes, weights, offsets[i], lanes), integers[i]);
            }
          });
    }
  }
}
