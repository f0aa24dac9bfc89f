/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.kernel;

import io.quantvec.benchmark.index.FlatIndex;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsFormat;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;
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
 * Measures whole scores by the scorers of formats, over mapped indexes of the same vectors, of
 * Lucene and of Quantvec: nanoseconds per vector, in batches as in a search.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(RecordFile.BATCH)
// Before compilation the Vector API is thousands of times slower. Short warm-ups measure that.
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class ScorerBenchmark {

  /** The format. */
  public enum Scorer {
    /** Lucene's floats. */
    LUCENE_FP32(FullPrecisionFormat::new),
    /** Lucene's 8 bit codes. */
    LUCENE_8(() -> lucene(ScalarEncoding.UNSIGNED_BYTE)),
    /** Lucene's 7 bit codes. */
    LUCENE_7(() -> lucene(ScalarEncoding.SEVEN_BIT)),
    /** Lucene's 4 bit codes. */
    LUCENE_4(() -> lucene(ScalarEncoding.PACKED_NIBBLE)),
    /** Lucene's 2 bit codes. */
    LUCENE_2(() -> lucene(ScalarEncoding.DIBIT_QUERY_NIBBLE)),
    /** Lucene's 1 bit codes. */
    LUCENE_1(() -> lucene(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE)),
    /** Quantvec's half floats. */
    QUANTVEC_FP16(() -> quantvec(Precision.FP16)),
    /** Quantvec's 8 bit codes. */
    QUANTVEC_INT8(() -> quantvec(Precision.INT8)),
    /** Quantvec's 4 bit codes. */
    QUANTVEC_INT4(() -> quantvec(Precision.INT4)),
    /** Quantvec's 2 bit codes. */
    QUANTVEC_INT2(() -> quantvec(Precision.INT2)),
    /** Quantvec's 1 bit codes. */
    QUANTVEC_BINARY(() -> quantvec(Precision.BINARY));

    private final Supplier<KnnVectorsFormat> format;

    Scorer(Supplier<KnnVectorsFormat> format) {
      this.format = format;
    }

    private static KnnVectorsFormat lucene(ScalarEncoding encoding) {
      return new Lucene104ScalarQuantizedVectorsFormat(encoding);
    }

    private static KnnVectorsFormat quantvec(Precision precision) {
      return new QuantizedFlatVectorsFormat(new QuantizationConfig(precision));
    }
  }

  /** The format. */
  @Param public Scorer scorer;

  /** Dimensions per vector. Lucene's formats take at most 1,024. */
  @Param({"128", "384", "768", "1024"})
  public int dimension;

  /** The order in which vectors are scored. */
  @Param public Access access;

  /** Megabytes of the vectors as floats. Codes take less. */
  @Param("256")
  public int megabytes;

  private final int[] ordinals = new int[RecordFile.BATCH];
  private final float[] scores = new float[RecordFile.BATCH];
  private final long[] accessState = new long[1];
  private FlatIndex index;
  private RandomVectorScorer vectorScorer;
  private int records;

  /** Writes and maps the index. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    int count = Math.toIntExact(((long) megabytes << 20) / Float.BYTES / dimension);
    Random random = new Random(1);
    index =
        new FlatIndex(
            scorer.format.get(),
            VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT,
            new FlatIndex.Vectors() {
              @Override
              public int count() {
                return count;
              }

              @Override
              public float[] get(int id) {
                return vector(random);
              }
            });
    vectorScorer = index.vectorsReader().getRandomVectorScorer(FlatIndex.FIELD, vector(random));
    long codeBytes = index.codeBytes();
    int recordBytes = codeBytes == 0 ? dimension * Float.BYTES : (int) (codeBytes / count);
    records = access.records(count, recordBytes);
  }

  /** Returns uniform numbers. They serve as well as normal numbers here, and are faster to make. */
  private float[] vector(Random random) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = random.nextFloat() - .5f;
    }
    return vector;
  }

  /** Scores the next vectors. */
  @Benchmark
  public float score() throws IOException {
    access.next(ordinals, records, accessState);
    return vectorScorer.bulkScore(ordinals, scores, ordinals.length);
  }

  /** Unmaps and deletes the index. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    index.close();
  }
}
