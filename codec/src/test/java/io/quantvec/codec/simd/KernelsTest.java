/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares every implementation of the kernels with the plain one. */
class KernelsTest {

  private static final int MAX_DIMENSION = 16_384;

  private final Random random = new Random(42);

  /** Every length of a tail with any vector width, and some large lengths. */
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

  /** Makes a check on native memory with each reader, at an offset that is not aligned. */
  private void onEveryReader(byte[] bytes, Check check) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int offset = 1 + random.nextInt(9);
      // Kernels may read only the terms after a code.
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

  /** The sum of a vector's lanes, adding the upper half to the lower half at a time. */
  private static float inOrder(float[] lanes) {
    for (int step = lanes.length / 2; step > 0; step /= 2) {
      for (int i = 0; i < step; i++) {
        lanes[i] += lanes[i + step];
      }
    }
    return lanes[0];
  }

  /** The order is the same before and after compilation, so that scores do not change. */
  @Test
  void floatsAreAddedInOneOrder() throws IOException {
    int lanes = PanamaKernels.BITS / Float.SIZE;
    int length = 12 * lanes;
    for (int round = 0; round < 50; round++) {
      float[] query = new float[length];
      byte[] bytes = new byte[length];
      short[] halves = new short[length];
      random.nextBytes(bytes);
      float[] even = new float[lanes];
      float[] odd = new float[lanes];
      float[] products = new float[lanes];
      float[] squares = new float[lanes];
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment segment = arena.allocate(3L * length);
        for (int i = 0; i < length; i++) {
          query[i] = (float) random.nextGaussian();
          halves[i] = Float.floatToFloat16((float) random.nextGaussian());
          float half = Float.float16ToFloat(halves[i]);
          float[] sums = i / lanes % 2 == 0 ? even : odd;
          sums[i % lanes] = Math.fma(bytes[i], query[i], sums[i % lanes]);
          products[i % lanes] = Math.fma(half, query[i], products[i % lanes]);
          squares[i % lanes] = Math.fma(half - query[i], half - query[i], squares[i % lanes]);
          segment.set(ValueLayout.JAVA_BYTE, i, bytes[i]);
          segment.set(
              ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
              length + 2L * i,
              halves[i]);
        }
        for (int i = 0; i < lanes; i++) {
          even[i] += odd[i];
        }
        PanamaRecordReader reader = new PanamaRecordReader(segment);
        assertEquals(inOrder(even), reader.dotBytes(query, 0, length));
        assertEquals(inOrder(products), reader.dotHalves(query, length));
        assertEquals(inOrder(squares), reader.squareDistanceHalves(query, length));
      }
    }
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

  /** Sums of integers that a float can hold are exact. */
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

  /** The kernels' coefficients of random numbers of +-127, lane by lane. */
  private short[] nibblesQuery(int[] numbers) {
    int lanes = numbers.length / 4;
    short[] query = new short[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      int before = i % 4 == 0 ? 0 : numbers[i - 1];
      query[i % 4 * lanes + i / 4] = (short) (numbers[i] - 16 * before);
    }
    return query;
  }

  private static int blocks(int length, int step) {
    return (length + step - 1) / step * step;
  }

  @Test
  void nibblesAgree() throws IOException {
    for (int length : lengths()) {
      int lanes = Math.min(blocks(length, RecordReader.BLOCK_LANES), 8_192);
      int[] numbers = new int[4 * lanes];
      byte[] codes = new byte[2 * lanes];
      random.nextBytes(codes);
      boolean extreme = length % 5 == 0 || lanes == 8_192;
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = extreme ? -127 : random.nextInt(255) - 127;
      }
      if (extreme) {
        java.util.Arrays.fill(codes, (byte) 0xFF);
      }
      int sum = 0;
      for (int i = 0; i < numbers.length; i++) {
        sum += numbers[i] * (codes[i / 2] >>> i % 2 * 4 & 15);
      }
      int expected = sum;
      short[] query = nibblesQuery(numbers);
      assertEquals(expected, ScalarKernels.dotNibbles(query, codes, 0, lanes));
      onEveryReader(
          codes,
          (reader, bytes, offset) ->
              assertEquals(
                  expected,
                  reader.dotNibbles(query, offset, lanes),
                  () -> reader.getClass() + " at " + lanes + " lanes"));
    }
  }

  @Test
  void codesAgree() throws IOException {
    for (int length : lengths()) {
      boolean extreme = length % 5 == 0 || length == MAX_DIMENSION;
      short[] query = query(length, extreme);
      byte[] codes = new byte[length];
      random.nextBytes(codes);
      if (extreme) {
        java.util.Arrays.fill(codes, (byte) -128);
        java.util.Arrays.fill(query, (short) (length % 2 == 0 ? 127 : -127));
      }
      int expected = ScalarKernels.dotCodes(query, codes, 0, length);
      onEveryReader(
          codes,
          (reader, bytes, offset) ->
              assertEquals(
                  expected,
                  reader.dotCodes(query, offset, length),
                  () -> reader.getClass() + " at length " + length));
    }
  }

  private long[] planesQuery(byte[] planes) {
    int words = 0;
    for (byte blockPlanes : planes) {
      words += (2 + blockPlanes) * RecordReader.BLOCK_WORDS;
    }
    long[] query = random.longs(words).toArray();
    int start = 0;
    for (byte blockPlanes : planes) {
      start += (1 + blockPlanes) * RecordReader.BLOCK_WORDS;
      for (int word = 0; word < RecordReader.BLOCK_WORDS; word++) {
        query[start++] = random.nextInt(RecordReader.MAX_PLANES - blockPlanes + 1);
      }
    }
    return query;
  }

  private byte[] planes(int blocks) {
    byte[] planes = new byte[blocks];
    for (int block = 0; block < blocks; block++) {
      planes[block] = (byte) random.nextInt(RecordReader.MAX_PLANES + 1);
    }
    return planes;
  }

  @Test
  void planesAgree() throws IOException {
    for (int blocks : lengths()) {
      // The largest record: 16,000 dimensions of 8 bits.
      byte[] planes = planes(Math.min(blocks, 250));
      long[] query = planesQuery(planes);
      byte[] codes = new byte[planes.length * RecordReader.BLOCK_WORDS * Long.BYTES];
      random.nextBytes(codes);
      boolean extreme = blocks >= 250;
      if (extreme) {
        java.util.Arrays.fill(planes, (byte) RecordReader.MAX_PLANES);
        query = planesQuery(planes);
        for (int i = 0; i < query.length; i++) {
          int row = i / RecordReader.BLOCK_WORDS % (2 + RecordReader.MAX_PLANES);
          query[i] = row == 1 + RecordReader.MAX_PLANES ? 0 : -1;
        }
        java.util.Arrays.fill(codes, (byte) 0);
      }
      long[] finalQuery = query;
      int expected = ScalarKernels.dotPlanes(query, planes, codes, 0);
      if (extreme) {
        assertEquals(planes.length * RecordReader.BLOCK_BITS * 32_767, expected);
      }
      onEveryReader(
          codes,
          (reader, bytes, offset) ->
              assertEquals(
                  expected,
                  reader.dotPlanes(finalQuery, planes, offset),
                  () -> reader.getClass() + " at " + planes.length + " blocks"));
    }
  }

  @Test
  void scansFindTheSameCodes() throws IOException {
    for (int round = 0; round < 60; round++) {
      byte[] planes = new byte[1 + round % 4];
      java.util.Arrays.fill(planes, (byte) RecordReader.SCAN_PLANES);
      long[] query = planesQuery(planes);
      int blockBytes = planes.length * RecordReader.BLOCK_WORDS * Long.BYTES;
      int stride = blockBytes - random.nextInt(50);
      int count = 1 + random.nextInt(3 * RecordReader.SCAN_GROUP);
      byte[] codes = new byte[count * stride + blockBytes];
      random.nextBytes(codes);
      int[] sums = new int[count];
      for (int i = 0; i < count; i++) {
        byte[] code = java.util.Arrays.copyOfRange(codes, i * stride, i * stride + blockBytes);
        sums[i] = ScalarKernels.dotPlanes(query, planes, code, 0);
      }
      int[] least =
          IntStream.range(0, count / RecordReader.SCAN_GROUP + 1)
              .map(group -> sums[random.nextInt(count)])
              .toArray();
      int[] expected =
          IntStream.range(0, count)
              .filter(i -> sums[i] >= least[i / RecordReader.SCAN_GROUP])
              .toArray();
      onEveryReader(
          codes,
          (reader, bytes, offset) -> {
            int[] summed = new int[count];
            int[] found = new int[count];
            int size =
                reader.scanPlanes(query, planes, offset, stride, count, least, summed, found);
            assertArrayEquals(sums, summed);
            assertArrayEquals(expected, java.util.Arrays.copyOf(found, size));
          });
    }
  }

  @Test
  void planesAreWeightedBySignsAndMagnitudes() {
    // One dimension per number from -7 to 7, with all bits set in the code. Magnitudes of negative
    // numbers count for bits that are not set.
    long[] query = new long[5 * RecordReader.BLOCK_WORDS];
    for (int d = 0; d < 15; d++) {
      int number = d - 7;
      query[0] |= (number < 0 ? 1L : 0L) << d;
      for (int plane = 0; plane < 3; plane++) {
        query[(3 - plane) * RecordReader.BLOCK_WORDS] |= (Math.abs(number) >>> plane & 1L) << d;
      }
    }
    byte[] codes = new byte[RecordReader.BLOCK_WORDS * Long.BYTES];
    assertEquals(28, ScalarKernels.dotPlanes(query, new byte[] {3}, codes, 0));
    codes[0] = (byte) 0xFF;
    assertEquals(0, ScalarKernels.dotPlanes(query, new byte[] {3}, codes, 0));
    codes[1] = (byte) 0xFF;
    assertEquals(28, ScalarKernels.dotPlanes(query, new byte[] {3}, codes, 0));
    // The shift of the only word.
    query[4 * RecordReader.BLOCK_WORDS] = 5;
    assertEquals(28 << 5, ScalarKernels.dotPlanes(query, new byte[] {3}, codes, 0));
  }

  @Test
  void halfFloatsAgreeUpToTheOrderOfAdditions() throws IOException {
    for (int length : lengths()) {
      float[] query = new float[length];
      byte[] codes = new byte[2 * length];
      double dot = 0;
      double distance = 0;
      double magnitude = 0;
      for (int i = 0; i < length; i++) {
        query[i] = (float) random.nextGaussian();
        // Normal, subnormal and zero half floats of both signs.
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

  /** Many codes at a time give the results of single codes, for any number and order. */
  @Test
  void bulksAgreeWithSingleCodes() throws IOException {
    for (int length : lengths()) {
      byte[] planes = planes((length + 63) / 64);
      int record = Math.max(64 * planes.length, 64 * ((length + 31) / 32)) + 5;
      int count = 1 + random.nextInt(11);
      byte[] codes = new byte[(count + 1) * record + RecordReader.READABLE_BEHIND];
      random.nextBytes(codes);
      float[] floats = new float[length];
      for (int i = 0; i < length; i++) {
        floats[i] = random.nextInt(255) - 127;
      }
      int lanes = Math.min(blocks(length, RecordReader.BLOCK_LANES), 8_192);
      short[] nibbles = nibblesQuery(random.ints(4L * lanes, -127, 128).toArray());
      long[] bits = planesQuery(planes);
      short[] numbers = query(length, false);
      boolean consecutive = random.nextInt(3) == 0;
      onEveryReader(
          codes,
          (reader, bytes, offset) -> {
            long[] offsets = new long[count];
            for (int i = 0; i < count; i++) {
              int ordinal = consecutive ? i : random.nextInt(count);
              offsets[i] = offset + (long) ordinal * record;
            }
            float[] products = new float[count];
            int[] integers = new int[count];
            reader.dotBytes(floats, offsets, count, length, products);
            for (int i = 0; i < count; i++) {
              float single = reader.dotBytes(floats, offsets[i], length);
              assertEquals(single, products[i], 1e-6 * 127 * 127 * length);
            }
            reader.dotNibbles(nibbles, offsets, count, lanes, integers);
            for (int i = 0; i < count; i++) {
              assertEquals(reader.dotNibbles(nibbles, offsets[i], lanes), integers[i]);
            }
            reader.dotPlanes(bits, planes, offsets, count, integers);
            for (int i = 0; i < count; i++) {
              assertEquals(reader.dotPlanes(bits, planes, offsets[i]), integers[i]);
            }
            reader.dotCodes(numbers, offsets, count, length, integers);
            for (int i = 0; i < count; i++) {
              assertEquals(reader.dotCodes(numbers, offsets[i], length), integers[i]);
            }
          });
    }
  }
}
