/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.CodeBlocks;
import io.quantvec.codec.calibration.SampleFit;
import io.quantvec.codec.encode.BitPlanes;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.encode.HalfFloatSpace;
import io.quantvec.codec.records.RecordReaders;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.Transform;
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

/** A query's integers against codes: every kernel gives the sum that its layout defines. */
class QueryNumbersTest {

  private static final int RECORDS = 5;

  private final Random random = new Random(7);

  @TempDir Path folder;

  private static CalibratedSpace space(
      Kind kind, int dimension, int blockSize, byte[] bits, float[] steps) {
    Calibration calibration =
        new Calibration(
            CalibrationMethod.RMS,
            Transform.of(0, dimension, 0),
            new float[dimension],
            new CodeBlocks(blockSize, bits, steps),
            new SampleFit(1, 0, 0));
    CorrectionTerms terms =
        kind == Kind.BYTES ? CorrectionTerms.FLOATS : CorrectionTerms.SHORT_FACTOR;
    CodeLayout layout =
        kind == Kind.PLANES
            ? new CodeLayout(kind, dimension, new BitPlanes(calibration).bytes(), terms)
            : new CodeLayout(kind, dimension, terms);
    return new CalibratedSpace(layout, calibration);
  }

  private CalibratedSpace planes(int dimension, int blockSize) {
    byte[] bits = new byte[BitAllocation.blockCount(dimension, blockSize)];
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

  private CalibratedSpace even(Kind kind, int dimension) {
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

  /** Contiguous random records, read from mapped memory and from the heap. */
  private void onRandomRecords(CalibratedSpace space, List<byte[]> records, Check check)
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
          // A kernel may read after the last record, whatever the bytes are.
          byte[] after = new byte[RecordReader.READABLE_BEHIND];
          Arrays.fill(after, (byte) 0xFF);
          out.writeBytes(after, after.length);
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

  private List<byte[]> randomRecords(CalibratedSpace space) {
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

  private static int[] codes(CalibratedSpace space, byte[] record) {
    float[] direction = new float[space.dimension()];
    new CodeDecoder(space).decodeDirection(record, direction);
    int[] codes = new int[direction.length];
    for (int d = 0; d < codes.length; d++) {
      codes[d] = Math.round(direction[d] / space.step(d) + space.middle(d));
    }
    return codes;
  }

  @Test
  void kernelsOfUniformCodesSumProducts() throws IOException {
    for (Kind kind : new Kind[] {Kind.BYTES, Kind.NIBBLES}) {
      for (int dimension : new int[] {1, 2, 7, 16, 33, 100, 384}) {
        CalibratedSpace space = even(kind, dimension);
        List<byte[]> records = randomRecords(space);
        for (int bits : new int[] {2, 4, 8, 9, 12}) {
          QueryNumbers numbers = QueryNumbers.of(space, QueryRounding.toBits(bits));
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

  private static double exactProduct(CalibratedSpace space, float[] direction, int[] codes) {
    double sum = 0;
    for (int d = 0; d < codes.length; d++) {
      sum += direction[d] * (double) space.step(d) * (codes[d] - space.middle(d));
    }
    return sum;
  }

  /** Components that fall by decades, as in a query of skewed data. */
  private float[] skewed(int dimension) {
    float[] direction = direction(dimension);
    double exponent = 3 * random.nextDouble();
    for (int d = 0; d < dimension; d++) {
      direction[d] *= (float) Math.pow(d + 1, -exponent);
    }
    return direction;
  }

  /** No product is off by more than the numbers' error; kernels of one and of many codes agree. */
  @Test
  void productsOfPlanesStayWithinTheirError() throws IOException {
    for (int round = 0; round < 200; round++) {
      int dimension = 1 + random.nextInt(round % 10 == 0 ? 600 : 100);
      CalibratedSpace space =
          round % 4 == 0
              ? even(Kind.BITS, dimension)
              : planes(dimension, new int[] {1, 3, 8, 16}[random.nextInt(4)]);
      List<byte[]> records = randomRecords(space);
      QueryRounding rounding =
          new QueryRounding.Integers(
              2 + random.nextInt(9), round % 3 == 0 ? 1 : Double.POSITIVE_INFINITY);
      QueryNumbers numbers =
          QueryNumbers.of(
              space, round % 7 == 0 ? QueryPrecision.RERANK.roundingFor(space) : rounding);
      float[] direction = round % 2 == 0 ? direction(dimension) : skewed(dimension);
      numbers.set(direction, 1);
      double error = numbers.error() + 1e-9;
      int[] ordinals = new int[records.size()];
      onRandomRecords(
          space,
          records,
          (reader, record) -> {
            ordinals[record] = record;
            long offset = (long) record * space.layout().recordLength();
            int[] codes = codes(space, records.get(record));
            double product = numbers.product(reader, offset);
            assertEquals(exactProduct(space, direction, codes), product, error);
            if (record == records.size() - 1) {
              double[] bulk =
                  numbers.products(
                      reader,
                      space.layout().recordLength(),
                      ordinals,
                      ordinals.length,
                      new KernelBuffers());
              assertEquals(product, bulk[record], 0.0);
            }
          });
    }
  }

  /** A number of bits loses half of their unit per bit, or little more. */
  @Test
  void planesAreAsPreciseAsTheirBits() {
    for (int round = 0; round < 100; round++) {
      int dimension = 1 + random.nextInt(300);
      CalibratedSpace space = planes(dimension, 4);
      QueryNumbers numbers = QueryNumbers.of(space, QueryRounding.toBits(10));
      float[] direction = round % 2 == 0 ? direction(dimension) : skewed(dimension);
      numbers.set(direction, 1);
      double largest = 0;
      for (int d = 0; d < dimension; d++) {
        int highest = 1 << Math.max(0, space.bits(d) - 1);
        largest = Math.max(largest, Math.abs(direction[d] * (double) space.step(d) * highest));
      }
      double unit = largest / ((1 << 9) - 1);
      assertTrue(numbers.error() <= .75 * unit * space.planes().bits(), "round " + round);
    }
  }

  /** Rounding loses no more than the tolerance, however the query's components are spread. */
  @Test
  void toleranceBoundsTheRoundingError() throws IOException {
    for (Kind kind : new Kind[] {Kind.BITS, Kind.NIBBLES, Kind.BYTES, Kind.PLANES}) {
      CalibratedSpace space = kind == Kind.PLANES ? planes(300, 8) : even(kind, 300);
      for (int round = 0; round < 10; round++) {
        float[] direction = skewed(300);
        double codeVariance = 0;
        for (int d = 0; d < direction.length; d++) {
          double weight = direction[d] * (double) space.step(d);
          codeVariance += weight * weight * space.lostVariance(d);
        }
        QueryNumbers numbers = QueryNumbers.of(space, new QueryRounding.Integers(4, .1));
        numbers.set(direction, 1);
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          byte[] record = new byte[space.layout().recordLength()];
          random.nextBytes(record);
          records.add(record);
        }
        double[] squares = new double[1];
        onRandomRecords(
            space,
            records,
            (reader, record) -> {
              long offset = (long) record * space.layout().recordLength();
              double exact = exactProduct(space, direction, codes(space, records.get(record)));
              double off = numbers.product(reader, offset) - exact;
              squares[0] += off * off / (2 * records.size());
            });
        // Codes of uniform bits spread more widely than codes of normal components.
        assertTrue(squares[0] <= 5 * .1 * codeVariance, kind + " in round " + round);
      }
    }
  }

  @Test
  void exactQueryIsNotRounded() throws IOException {
    for (CalibratedSpace space :
        List.of(planes(90, 8), even(Kind.BYTES, 90), even(Kind.BITS, 90))) {
      List<byte[]> records = randomRecords(space);
      QueryNumbers numbers = QueryNumbers.of(space, QueryRounding.NONE);
      float[] direction = skewed(90);
      numbers.set(direction, 2);
      onRandomRecords(
          space,
          records,
          (reader, record) -> {
            double exact = 2 * exactProduct(space, direction, codes(space, records.get(record)));
            long offset = (long) record * space.layout().recordLength();
            assertEquals(
                exact, numbers.product(reader, offset), 1e-5 * Math.max(1, Math.abs(exact)));
          });
    }
  }

  @Test
  void emptyQueryScoresZero() throws IOException {
    for (CalibratedSpace space :
        List.of(planes(50, 8), even(Kind.BYTES, 50), even(Kind.BITS, 50))) {
      QueryNumbers numbers = QueryNumbers.of(space, QueryRounding.toBits(8));
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
  void numbersUseAllBits() {
    for (Kind kind : new Kind[] {Kind.BYTES, Kind.NIBBLES}) {
      CalibratedSpace space = even(kind, 100);
      for (int bits : new int[] {2, 4, 8}) {
        QueryNumbers numbers = QueryNumbers.of(space, QueryRounding.toBits(bits));
        numbers.set(direction(100), 1);
        int largest = 0;
        for (short number : numbers.numbers) {
          largest = Math.max(largest, Math.abs(number));
        }
        assertEquals((1 << bits - 1) - 1, largest, kind + " at " + bits);
      }
    }
    assertEquals(
        new QueryRounding.Integers(16, .03), QueryPrecision.FULL.roundingFor(even(Kind.BYTES, 3)));
  }

  @Test
  void precisionsHaveTheirRoundings() {
    for (QueryPrecision precision : QueryPrecision.values()) {
      assertEquals(QueryRounding.NONE, precision.roundingFor(new HalfFloatSpace(3)));
    }
    CalibratedSpace bits = even(Kind.BITS, 90);
    assertEquals(QueryRounding.NONE, QueryPrecision.EXACT.roundingFor(bits));
    assertEquals(QueryRounding.toBits(10), QueryPrecision.BOUNDS.roundingFor(bits));
    assertEquals(new QueryRounding.Integers(4, .1), QueryPrecision.COARSE.roundingFor(bits));
    assertEquals(new QueryRounding.Integers(4, .01), QueryPrecision.FULL.roundingFor(bits));
    CalibratedSpace nibbles = even(Kind.NIBBLES, 90);
    assertEquals(new QueryRounding.Integers(8, .1), QueryPrecision.COARSE.roundingFor(nibbles));
    CalibratedSpace bytes = even(Kind.BYTES, 90);
    assertEquals(new QueryRounding.Integers(8, 2), QueryPrecision.COARSE.roundingFor(bytes));
    assertEquals(new QueryRounding.Integers(16, 0), QueryPrecision.RERANK.roundingFor(bytes));
  }
}
