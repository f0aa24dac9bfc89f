/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.Transform;
import io.quantvec.codec.code.BitPlanes;
import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.code.CodeLayout.Kind;
import io.quantvec.codec.code.CodeSpace;
import io.quantvec.codec.code.CorrectionTerms;
import io.quantvec.codec.code.VectorDecoder;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A query's integers against codes: every kernel gives the sum that the layout stands for. */
class QueryNumbersTest {

  private static final int RECORDS = 5;

  private final Random random = new Random(7);

  @TempDir Path folder;

  private static CodeSpace space(
      Kind kind, int dimension, int blockSize, byte[] bits, float[] steps) {
    Calibration calibration =
        new Calibration(
            CalibrationMethod.RMS,
            1,
            Transform.of(0, dimension, 0),
            new float[dimension],
            blockSize,
            bits,
            steps,
            0,
            0);
    CorrectionTerms terms =
        kind == Kind.BYTES ? CorrectionTerms.FLOATS : CorrectionTerms.SHORT_FACTOR;
    CodeLayout layout =
        kind == Kind.PLANES
            ? new CodeLayout(kind, dimension, new BitPlanes(calibration).bytes(), terms)
            : new CodeLayout(kind, dimension, terms);
    return new CodeSpace(layout, calibration);
  }

  private CodeSpace planes(int dimension, int blockSize) {
    byte[] bits = new byte[Calibration.blockCount(dimension, blockSize)];
    for (int block = 0; block < bits.length; block++) {
      int limit = block == 0 ? 8 : bits[block - 1];
      bits[block] = (byte) Math.max(block == 0 ? 1 : 0, limit - random.nextInt(3) / 2);
    }
    float[] steps = new float[bits.length];
    for (int block = 0; block < steps.length; block++) {
      steps[block] = .01f + random.nextFloat() / (1 << bits[block]);
    }
    return space(Kind.PLANES, dimension, blockSize, bits, steps);
  }

  private CodeSpace even(Kind kind, int dimension) {
    byte[] bits = new byte[dimension];
    float[] steps = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      bits[d] = (byte) new CodeLayout(kind, dimension, terms(kind)).bits();
      steps[d] = .01f + random.nextFloat();
    }
    return space(kind, dimension, 1, bits, steps);
  }

  private static CorrectionTerms terms(Kind kind) {
    return kind == Kind.BYTES ? CorrectionTerms.FLOATS : CorrectionTerms.SHORT_FACTOR;
  }

  private float[] direction(int dimension) {
    float[] direction = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      direction[d] = (float) random.nextGaussian();
    }
    return direction;
  }

  @FunctionalInterface
  private interface Check {
    void run(RecordReader reader, int record) throws IOException;
  }

  /** Random records, back to back, read through mapped memory and through the heap. */
  private void onRandomRecords(CodeSpace space, List<byte[]> records, Check check)
      throws IOException {
    int length = space.layout().recordLength();
    Path path = folder.resolve("" + random.nextLong());
    try (Directory mapped = new MMapDirectory(path);
        Directory heap = new ByteBuffersDirectory()) {
      for (Directory directory : List.of(mapped, heap)) {
        try (IndexOutput out = directory.createOutput("codes", IOContext.DEFAULT)) {
          for (byte[] record : records) {
            out.writeBytes(record, length);
          }
          // A kernel may read behind the last record, whatever stands there.
          byte[] behind = new byte[RecordReader.READABLE_BEHIND];
          Arrays.fill(behind, (byte) 0xFF);
          out.writeBytes(behind, behind.length);
        }
        try (var input = directory.openInput("codes", IOContext.DEFAULT)) {
          RecordReader reader = RecordReaders.open(input.clone(), length);
          for (int i = 0; i < records.size(); i++) {
            check.run(reader, i);
          }
        }
      }
    }
  }

  private List<byte[]> randomRecords(CodeSpace space) {
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      byte[] record = new byte[space.layout().recordLength()];
      random.nextBytes(record);
      if (i == 1) {
        Arrays.fill(record, (byte) 0xFF);
      }
      records.add(record);
    }
    return records;
  }

  private static int[] codes(CodeSpace space, byte[] record) {
    float[] direction = new float[space.dimension()];
    new VectorDecoder(space).decodeDirection(record, direction);
    int[] codes = new int[direction.length];
    for (int d = 0; d < codes.length; d++) {
      codes[d] = Math.round(direction[d] / space.step(d) + space.middle(d));
    }
    return codes;
  }

  @Test
  void kernelsOfOneSizeSumUpProducts() throws IOException {
    for (Kind kind : new Kind[] {Kind.BYTES, Kind.NIBBLES}) {
      for (int dimension : new int[] {1, 2, 7, 16, 33, 100, 384}) {
        CodeSpace space = even(kind, dimension);
        List<byte[]> records = randomRecords(space);
        for (int bits : new int[] {2, 4, 8, 9, 12}) {
          QueryNumbers numbers = QueryNumbers.of(space, bits);
          numbers.set(direction(dimension), 1.5);
          onRandomRecords(
              space,
              records,
              (reader, record) -> {
                int[] codes = codes(space, records.get(record));
                long expected = 0;
                for (int d = 0; d < dimension; d++) {
                  expected += (long) numbers.numbers[d] * codes[d];
                }
                long found =
                    (long) numbers.kernel(reader, (long) record * space.layout().recordLength());
                assertEquals(expected, found, kind + " of " + dimension + " at " + bits);
              });
        }
      }
    }
  }

  /** Twice the product of a code and a query that is rounded bit by bit. */
  private static long twiceTheSum(
      CodeSpace space, float[] direction, double scale, int queryBits, int[] codes) {
    long sum = 0;
    for (int d = 0; d < codes.length; d++) {
      for (int plane = 0; plane < space.bits(d) && plane < queryBits - 1; plane++) {
        int place = space.bits(d) - 1 - plane;
        double weight = direction[d] * (double) space.step(d) * (1 << place) / scale;
        int limit = (1 << queryBits - 1 - plane) - 1;
        long number = Math.round(Math.clamp(weight, -limit, limit));
        sum += (codes[d] >> place & 1) == 1 ? number : -number;
      }
    }
    return sum;
  }

  @Test
  void kernelsOfPlanesSumUpBits() throws IOException {
    for (int round = 0; round < 200; round++) {
      int dimension = 1 + random.nextInt(round % 10 == 0 ? 600 : 100);
      CodeSpace space =
          round % 4 == 0
              ? even(Kind.BITS, dimension)
              : planes(dimension, new int[] {1, 3, 8, 16}[random.nextInt(4)]);
      List<byte[]> records = randomRecords(space);
      int bits = 2 + random.nextInt(9);
      QueryNumbers numbers = QueryNumbers.of(space, bits);
      float[] direction = direction(dimension);
      numbers.set(direction, 1);
      double scale = numbers.scale();
      long[] offsets = new long[records.size()];
      double[] bulk = new double[offsets.length];
      onRandomRecords(
          space,
          records,
          (reader, record) -> {
            offsets[record] = (long) record * space.layout().recordLength();
            int[] codes = codes(space, records.get(record));
            double product = numbers.product(reader, offsets[record]);
            double rounded = twiceTheSum(space, direction, scale, bits, codes) * scale / 2;
            // A weight may lie between two numbers but for the last bit of a double.
            assertEquals(rounded, product, 1.01 * scale);
            if (record == records.size() - 1) {
              numbers.products(reader, offsets, offsets.length, bulk);
              assertEquals(product, bulk[record], 0.0);
            }
          });
    }
  }

  /** With all bits that there are, rounding the query costs what its numbers leave over. */
  @Test
  void planesAreAsPreciseAsTheirNumbers() throws IOException {
    for (int round = 0; round < 100; round++) {
      int dimension = 1 + random.nextInt(100);
      CodeSpace space = planes(dimension, 4);
      List<byte[]> records = randomRecords(space);
      QueryNumbers numbers = QueryNumbers.of(space, 10);
      float[] direction = direction(dimension);
      numbers.set(direction, 1);
      // Half a number a bit, of which half is counted; and a whole one where a number is the limit.
      double allowed = numbers.scale() * space.planes().bits() / 2 + 1e-5;
      onRandomRecords(
          space,
          records,
          (reader, record) -> {
            int[] codes = codes(space, records.get(record));
            double exact = 0;
            for (int d = 0; d < dimension; d++) {
              exact += direction[d] * (double) space.step(d) * (codes[d] - space.middle(d));
            }
            long offset = (long) record * space.layout().recordLength();
            assertEquals(exact, numbers.product(reader, offset), allowed);
          });
    }
  }

  @Test
  void anEmptyQueryScoresNothing() throws IOException {
    for (CodeSpace space : List.of(planes(50, 8), even(Kind.BYTES, 50), even(Kind.BITS, 50))) {
      QueryNumbers numbers = QueryNumbers.of(space, 8);
      numbers.set(new float[50], 3);
      List<byte[]> records = randomRecords(space);
      onRandomRecords(
          space,
          records,
          (reader, record) ->
              assertEquals(
                  0.0,
                  numbers.product(reader, (long) record * space.layout().recordLength()),
                  0.0));
    }
  }

  @Test
  void numbersUseTheirBits() {
    for (Kind kind : new Kind[] {Kind.BYTES, Kind.NIBBLES}) {
      CodeSpace space = even(kind, 100);
      for (int bits : new int[] {2, 4, 8}) {
        QueryNumbers numbers = QueryNumbers.of(space, bits);
        numbers.set(direction(100), 1);
        int largest = 0;
        for (short number : numbers.numbers) {
          largest = Math.max(largest, Math.abs(number));
        }
        assertEquals((1 << bits - 1) - 1, largest, kind + " at " + bits);
      }
    }
    assertTrue(QueryNumbers.bits(even(Kind.BYTES, 3)) > 8);
  }
}
