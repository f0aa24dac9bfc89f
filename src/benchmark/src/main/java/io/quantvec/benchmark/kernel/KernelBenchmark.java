/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.kernel;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.CodeBlocks;
import io.quantvec.codec.calibration.SampleFit;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.encode.BitPlanes;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.records.RecordReaders;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.Transform;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.VectorUtil;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the kernels that default mappings execute, over mapped records, and Lucene's kernels for
 * codes of as many bits: nanoseconds per vector, including the correction terms. Lucene's scorer
 * copies a code to the heap, computes the inner product there, and reads three floats and a sum. A
 * full run takes half an hour, and {@code -p dimension=1024 -p access=HOT} two minutes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(RecordFile.BATCH)
// Before compilation the Vector API is thousands of times slower. Shorter warm-ups measure that.
@Warmup(iterations = 3, time = 1500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 600, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class KernelBenchmark {

  /** Bits per dimension, and the library. */
  public enum Kernel {
    /** Quantvec's bytes, with the precision of a query that finds candidates. */
    INT8_COARSE,
    /** Quantvec's bytes. */
    INT8_PRECISE,
    /** Lucene's bytes. */
    INT8_LUCENE,
    /** Quantvec's codes of 4 bits per dimension, with a query that finds candidates. */
    INT4_COARSE,
    /** Quantvec's codes of 4 bits per dimension. */
    INT4_PRECISE,
    /** Lucene's nibbles. */
    INT4_LUCENE,
    /** Quantvec's codes of 2 bits per dimension, with a query that finds candidates. */
    INT2_COARSE,
    /** Quantvec's codes of 2 bits per dimension. */
    INT2_PRECISE,
    /** Lucene's codes of 2 bits. */
    INT2_LUCENE,
    /** Quantvec's codes of 1 bit per dimension, with a query that finds candidates. */
    BINARY_COARSE,
    /** Quantvec's codes of 1 bit per dimension. */
    BINARY_PRECISE,
    /** Lucene's codes of one bit. */
    BINARY_LUCENE;

    private Precision precision() {
      return Precision.valueOf(name().substring(0, name().indexOf('_')));
    }

    private boolean isLucene() {
      return name().endsWith("LUCENE");
    }

    private boolean isCoarse() {
      return name().endsWith("COARSE");
    }
  }

  /** Dimensions that share their number of bits, as in codes of a learned transform. */
  private static final int BLOCK = 8;

  /** Size of the smallest file. The HOT access reads 128 KB of it. */
  private static final int HOT_MEGABYTES = 4;

  /** Bits per component of Lucene's query, except for bytes. */
  private static final int LUCENE_QUERY_BITS = 4;

  /** The kernel. */
  @Param public Kernel kernel;

  /** Dimensions per vector. */
  @Param({"128", "384", "768", "1024", "1536"})
  public int dimension;

  /** The order in which records are read. */
  @Param public Access access;

  /** Megabytes of the file, except for HOT access. */
  @Param("1024")
  public int megabytes;

  private final int[] ordinals = new int[RecordFile.BATCH];
  private final float[] scores = new float[RecordFile.BATCH];
  private final long[] accessState = new long[1];
  private RecordFile file;
  private IndexInput input;
  private CodeScorer scorer;
  private final float[] terms = new float[3];
  private byte[] query;
  private byte[] code;
  private int recordLength;
  private int records;

  /** Writes and maps the file, and prepares the query. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    int size = access == Access.HOT ? HOT_MEGABYTES : megabytes;
    file = new RecordFile(size);
    input = file.input();
    Random random = new Random(2);
    if (kernel.isLucene()) {
      openLucene(random);
    } else {
      CalibratedSpace space = space(kernel.precision(), dimension);
      recordLength = space.layout().recordLength();
      scorer =
          CodeScorer.of(
              space,
              VectorSimilarityFunction.COSINE,
              RecordReaders.open(input, recordLength),
              (kernel.isCoarse() ? QueryPrecision.COARSE : QueryPrecision.FULL).roundingFor(space));
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      scorer.setQuery(vector);
    }
    // Kernels read whole SIMD vectors, so the last record is left out.
    records = access.records((int) (((long) size << 20) / recordLength) - 1, recordLength);
  }

  private void openLucene(Random random) {
    int bits = (int) kernel.precision().bits();
    code = new byte[dimension * bits / Byte.SIZE];
    // Lucene stores four numbers of 4 bytes after a code.
    recordLength = code.length + 4 * Float.BYTES;
    query = new byte[bits >= LUCENE_QUERY_BITS ? dimension : dimension * LUCENE_QUERY_BITS / 8];
    random.nextBytes(query);
    if (bits == LUCENE_QUERY_BITS) {
      for (int i = 0; i < query.length; i++) {
        query[i] &= 15;
      }
    }
  }

  /**
   * Returns codes as of a calibration of vectors whose variances fall with one over the square
   * root.
   */
  private static CalibratedSpace space(Precision precision, int dimension) {
    boolean bytes = precision == Precision.INT8;
    double[] variances = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      variances[d] = 1 / Math.sqrt(d + 1);
    }
    byte[] bits = new byte[BitAllocation.blockCount(dimension, BLOCK)];
    if (bytes) {
      Arrays.fill(bits, (byte) Byte.SIZE);
    } else {
      int budget = BitAllocation.budget(precision.bits(), dimension);
      bits = BitAllocation.allocate(variances, BLOCK, budget);
    }
    float[] steps = new float[bits.length];
    for (int block = 0; block < steps.length; block++) {
      double range = bits[block] == 0 ? 0 : 4 * Math.sqrt(variances[block * BLOCK]);
      steps[block] = (float) (range / (1 << bits[block]));
    }
    Calibration calibration =
        new Calibration(
            CalibrationMethod.RMS,
            Transform.of(0, dimension, 0),
            new float[dimension],
            new CodeBlocks(BLOCK, bits, steps),
            new SampleFit(1, 0, 0));
    CodeLayout layout =
        bytes
            ? new CodeLayout(Kind.BYTES, dimension, CorrectionTerms.FLOATS)
            : new CodeLayout(
                Kind.PLANES, dimension, new BitPlanes(calibration).bytes(), CorrectionTerms.SHORTS);
    return new CalibratedSpace(layout, calibration);
  }

  /** Scores the next records. */
  @Benchmark
  public float score() throws IOException {
    access.next(ordinals, records, accessState);
    return kernel.isLucene() ? luceneSum() : scorer.bulkScore(ordinals, scores, ordinals.length);
  }

  private float luceneSum() throws IOException {
    float max = Float.NEGATIVE_INFINITY;
    for (int ordinal : ordinals) {
      input.seek((long) ordinal * recordLength);
      input.readBytes(code, 0, code.length);
      long product =
          switch (kernel) {
            case INT8_LUCENE -> VectorUtil.uint8DotProduct(query, code);
            case INT4_LUCENE -> VectorUtil.int4DotProductSinglePacked(query, code);
            case INT2_LUCENE -> VectorUtil.int4DibitDotProduct(query, code);
            default -> VectorUtil.int4BitDotProduct(query, code);
          };
      input.readFloats(terms, 0, terms.length);
      max = Math.max(max, luceneScore(product, input.readInt()));
    }
    return max;
  }

  /** Scores as Lucene's scorer does, with constants for the query's own terms. */
  private float luceneScore(long product, int sum) {
    float lower = terms[0];
    float range = terms[1] - lower;
    float score = lower * .1f * dimension + .1f * range * sum + lower * 9f + range * .2f * product;
    return Math.max((1 + score + terms[2] - .3f) / 2, 0);
  }

  /** Unmaps and deletes the file. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    file.close();
  }
}
