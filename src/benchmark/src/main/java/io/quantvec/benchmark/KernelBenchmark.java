/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Our kernels over mapped records, alone: nanoseconds a record without its correction terms. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(RecordFile.BATCH)
// Until it is compiled the Vector API is thousands of times slower: short warm-ups measure that.
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
public class KernelBenchmark {

  /** Bits against which a query has this many planes. */
  private static final int PLANES = 4;

  /** Half floats and their query. */
  public static class Halves extends RecordFile {
    float[] query;

    /** For JMH. */
    public Halves() {
      super(CodeLayout.Kind.HALVES);
    }

    @Override
    void fillQuery(Random random) {
      query = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        query[d] = (float) random.nextGaussian();
      }
    }
  }

  /** Signed bytes and their query. */
  public static class Bytes extends RecordFile {
    float[] query;

    /** For JMH. */
    public Bytes() {
      super(CodeLayout.Kind.BYTES);
    }

    @Override
    void fillQuery(Random random) {
      short[] numbers = numbers(random, dimension);
      query = new float[dimension];
      for (int i = 0; i < dimension; i++) {
        query[i] = numbers[i];
      }
    }
  }

  /** Packed nibbles and their query. */
  public static class Nibbles extends RecordFile {
    short[] query;

    /** For JMH. */
    public Nibbles() {
      super(CodeLayout.Kind.NIBBLES);
    }

    @Override
    void fillQuery(Random random) {
      query = numbers(random, 2 * layout.codeLength());
    }
  }

  /** Single bits and their query. */
  public static class Bits extends RecordFile {
    long[] query;
    byte[] planes;

    /** For JMH. */
    public Bits() {
      super(CodeLayout.Kind.BITS);
    }

    @Override
    void fillQuery(Random random) {
      planes = new byte[(dimension + RecordReader.BLOCK_BITS - 1) / RecordReader.BLOCK_BITS];
      Arrays.fill(planes, (byte) PLANES);
      query = random.longs((1L + PLANES) * planes.length * RecordReader.BLOCK_WORDS).toArray();
    }
  }

  /** Inner products of half floats. */
  @Benchmark
  public float dotHalves(Halves state) throws IOException {
    int recordLength = state.layout.recordLength();
    float sum = 0;
    for (int ordinal : state.next()) {
      sum += state.reader.dotHalves(state.query, (long) ordinal * recordLength);
    }
    return sum;
  }

  /** Inner products of bytes. */
  @Benchmark
  public float dotBytes(Bytes state) throws IOException {
    int recordLength = state.layout.recordLength();
    float sum = 0;
    for (int ordinal : state.next()) {
      sum += state.reader.dotBytes(state.query, (long) ordinal * recordLength, state.dimension);
    }
    return sum;
  }

  /** Inner products of packed nibbles. */
  @Benchmark
  public int dotNibbles(Nibbles state) throws IOException {
    int recordLength = state.layout.recordLength();
    int codeLength = state.layout.codeLength();
    int sum = 0;
    for (int ordinal : state.next()) {
      sum += state.reader.dotNibbles(state.query, (long) ordinal * recordLength, codeLength);
    }
    return sum;
  }

  /** Inner products of bits with a query of four planes. */
  @Benchmark
  public int dotBits(Bits state) throws IOException {
    int recordLength = state.layout.recordLength();
    int sum = 0;
    for (int ordinal : state.next()) {
      sum += state.reader.dotPlanes(state.query, state.planes, (long) ordinal * recordLength);
    }
    return sum;
  }
}
