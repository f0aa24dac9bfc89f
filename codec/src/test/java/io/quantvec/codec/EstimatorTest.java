/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationFixtures;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayouts;
import io.quantvec.codec.encode.VectorEncoder;
import io.quantvec.codec.encode.VectorLimits;
import io.quantvec.codec.records.RecordReaders;
import io.quantvec.codec.score.CodeScorer;
import io.quantvec.codec.score.QueryPrecision;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Errors of reconstructed vectors and of scores for codes of every size, on vectors outside of the
 * sample.
 */
class EstimatorTest {

  private static final int TESTED = 150;

  static Stream<QuantizationConfig> configs() {
    List<QuantizationConfig> configs = new ArrayList<>();
    configs.add(new QuantizationConfig(Precision.INT8));
    for (Allocation allocation : Allocation.values()) {
      for (Precision precision :
          List.of(Precision.INT4, Precision.INT2, Precision.TERNARY, Precision.BINARY)) {
        configs.add(new QuantizationConfig(precision, allocation));
      }
      for (double bits : new double[] {.5, 1.5, 3, 5.3, 7}) {
        configs.add(QuantizationConfig.ofBits(bits, allocation));
      }
    }
    return configs.stream();
  }

  private static Stream<Arguments> cases(int... dimensions) {
    return configs()
        .flatMap(
            config ->
                Arrays.stream(dimensions)
                    .filter(dimension -> dimension < 384 || isCheap(config))
                    .mapToObj(dimension -> Arguments.of(config, dimension)));
  }

  /** All combinations, without the largest dimension, whose transforms take long to learn. */
  static Stream<Arguments> cases() {
    return cases(1, 2, 7, 16, 33, 100, 384);
  }

  static Stream<Arguments> smallCases() {
    return cases(1, 2, 7, 16, 33);
  }

  private static boolean isCheap(QuantizationConfig config) {
    return config.allocation() == Allocation.UNIFORM
        || config.precision() == Precision.INT4
        || config.precision() == Precision.BINARY;
  }

  /** Codes of vectors and their scorer. */
  private static final class Codes implements AutoCloseable {

    final VectorSimilarityFunction similarity;
    final float[][] vectors;
    final Calibration calibration;
    final CalibratedSpace space;
    final byte[][] records;
    private final IndexInput input;

    Codes(
        QuantizationConfig config,
        VectorSimilarityFunction similarity,
        float[][] sample,
        float[][] vectors)
        throws IOException {
      this.similarity = similarity;
      this.vectors = prepared(similarity, vectors);
      this.calibration = learn(config, Arrays.asList(prepared(similarity, sample)));
      CodeLayout layout = CodeLayouts.of(config, calibration, vectors[0].length, similarity);
      this.space = new CalibratedSpace(layout, calibration);
      VectorEncoder encoder = space.newEncoder(similarity);
      this.records = new byte[vectors.length][layout.recordLength()];
      ByteBuffersDirectory directory = new ByteBuffersDirectory();
      try (IndexOutput out = directory.createOutput("codes", IOContext.DEFAULT)) {
        for (int i = 0; i < vectors.length; i++) {
          encoder.encode(this.vectors[i], records[i]);
          out.writeBytes(records[i], records[i].length);
        }
        out.writeBytes(new byte[RecordReader.READABLE_BEHIND], RecordReader.READABLE_BEHIND);
      }
      this.input = directory.openInput("codes", IOContext.DEFAULT);
    }

    /** Normalizes vectors for the two similarities that need unit vectors. */
    private static float[][] prepared(VectorSimilarityFunction similarity, float[][] vectors) {
      return Arrays.stream(vectors)
          .map(
              v ->
                  similarity == VectorSimilarityFunction.COSINE
                          || similarity == VectorSimilarityFunction.DOT_PRODUCT
                      ? VectorMath.normalized(v)
                      : v.clone())
          .toArray(float[][]::new);
    }

    private static Calibration learn(QuantizationConfig config, List<float[]> sample) {
      Calibrator calibrator = new Calibrator();
      if (config.precision() == Precision.INT8) {
        return calibrator.int8(sample);
      }
      return config.allocation() == Allocation.MIXED
              && Calibrator.canLearn(sample.get(0).length, sample.size())
          ? CalibrationFixtures.mixed(config.bits(), sample)
          : calibrator.uniform(config.bits(), sample);
    }

    CodeScorer scorer() throws IOException {
      return CodeScorer.of(
          space,
          similarity,
          RecordReaders.open(input.clone(), space.layout().recordLength()),
          QueryPrecision.FULL.roundingFor(space));
    }

    double residual(float[] vector) {
      return distance(vector, calibration.centroid());
    }

    @Override
    public void close() throws IOException {
      input.close();
    }
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int d = 0; d < a.length; d++) {
      squares += ((double) a[d] - b[d]) * ((double) a[d] - b[d]);
    }
    return Math.sqrt(squares);
  }

  /** The inner product or the squared distance of a score. */
  private static double raw(VectorSimilarityFunction similarity, float score) {
    return switch (similarity) {
      case EUCLIDEAN -> 1 / (double) score - 1;
      case DOT_PRODUCT, COSINE -> 2 * (double) score - 1;
      case MAXIMUM_INNER_PRODUCT -> score < 1 ? 1 - 1 / (double) score : (double) score - 1;
    };
  }

  private static double exact(VectorSimilarityFunction similarity, float[] a, float[] b) {
    if (similarity == VectorSimilarityFunction.EUCLIDEAN) {
      return distance(a, b) * distance(a, b);
    }
    double dot = 0;
    for (int d = 0; d < a.length; d++) {
      dot += (double) a[d] * b[d];
    }
    return dot;
  }

  private static float[][] sample(int dimension) {
    return VectorFixtures.clustered(Math.max(600, 4 * dimension), dimension, 1);
  }

  /** The similarities; fewer for the largest dimensions, to save time. */
  private static List<VectorSimilarityFunction> similarities(int dimension) {
    return dimension < 100
        ? List.of(VectorSimilarityFunction.values())
        : List.of(VectorSimilarityFunction.EUCLIDEAN, VectorSimilarityFunction.COSINE);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void errorsMatchTheCalibration(QuantizationConfig config, int dimension) throws IOException {
    float[][] tested = VectorFixtures.clustered(TESTED, dimension, 2);
    for (VectorSimilarityFunction similarity : similarities(dimension)) {
      try (Codes codes = new Codes(config, similarity, sample(dimension), tested)) {
        expectReconstructions(codes);
        expectEstimates(codes, VectorFixtures.clustered(20, dimension, 3));
        expectSymmetry(codes);
      }
    }
  }

  /**
   * A calibration's expected error is the error of the nearest reconstruction: the sine of the
   * angle between vector and code. The length of a code is chosen for scores, so the error of a
   * reconstruction can be the tangent of that angle. Transforms that were learned from four vectors
   * per dimension fit those vectors better than others.
   */
  private static void expectReconstructions(Codes codes) {
    CodeDecoder decoder = new CodeDecoder(codes.space);
    float[] decoded = new float[codes.vectors[0].length];
    double squares = 0;
    for (int i = 0; i < TESTED; i++) {
      decoder.decode(codes.records[i], decoded);
      double error = distance(codes.vectors[i], decoded) / codes.residual(codes.vectors[i]);
      squares += error * error;
    }
    double found = Math.sqrt(squares / TESTED);
    double e = codes.calibration.expectedError();
    double margin = codes.calibration.transform() instanceof DenseTransform ? 1.4 : 1.15;
    double limit = margin * e / Math.sqrt(1 - e * e) + 1e-4;
    assertTrue(found < limit, codes.similarity + ": " + found + " over " + limit);
  }

  /**
   * Relative to the product of the residuals' lengths, estimates are unbiased up to a fraction of
   * the squared error. Their correlation with exact scores is the cosine of the angle between
   * vectors and codes.
   */
  private static void expectEstimates(Codes codes, float[][] queries) throws IOException {
    CodeScorer scorer = codes.scorer();
    double[] estimates = new double[queries.length * TESTED];
    double[] exact = new double[estimates.length];
    double bias = 0;
    int pair = 0;
    for (float[] query : Codes.prepared(codes.similarity, queries)) {
      scorer.setQuery(query);
      for (int i = 0; i < TESTED; i++, pair++) {
        estimates[pair] = raw(codes.similarity, scorer.score(i));
        exact[pair] = exact(codes.similarity, query, codes.vectors[i]);
        double unit = codes.residual(query) * codes.residual(codes.vectors[i]);
        bias += (estimates[pair] - exact[pair]) / unit / estimates.length;
      }
    }
    double e = codes.calibration.expectedError();
    assertEquals(0, bias, .01 + .1 * e * e, codes.similarity + ": bias");
    double correlation = correlation(estimates, exact);
    double least = .97 * Math.sqrt(1 - e * e);
    assertTrue(correlation > least, codes.similarity + ": " + correlation + " under " + least);
  }

  /**
   * Scores of two codes differ by which code is rounded as a query: by at most 4 % of the product
   * of the residuals' lengths, which is far less than the error of 2-bit codes.
   */
  private static void expectSymmetry(Codes codes) throws IOException {
    CodeScorer scorer = codes.scorer();
    double[][] scores = new double[30][30];
    for (int a = 0; a < scores.length; a++) {
      scorer.setQueryRecord(codes.records[a]);
      for (int b = 0; b < scores.length; b++) {
        scores[a][b] = raw(codes.similarity, scorer.score(b));
      }
    }
    for (int a = 0; a < scores.length; a++) {
      for (int b = 0; b < a; b++) {
        double unit = codes.residual(codes.vectors[a]) * codes.residual(codes.vectors[b]);
        assertEquals(
            scores[a][b], scores[b][a], .04 * unit, codes.similarity + ": " + a + ", " + b);
      }
    }
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }

  /**
   * Zeros, denormals, the longest vectors that a field accepts, and components of all sizes in one
   * vector.
   */
  private static float[][] extremes(VectorSimilarityFunction similarity, int dimension) {
    float longest = (float) (9.2e18 / Math.sqrt(dimension));
    List<float[]> vectors = new ArrayList<>();
    for (float value : new float[] {0, -0f, Float.MIN_VALUE, 1e-40f, 1e-30f, 1e-18f, 1, 1e15f}) {
      float[] constant = new float[dimension];
      Arrays.fill(constant, value);
      vectors.add(constant);
    }
    for (float sign : new float[] {1, -1}) {
      float[] huge = new float[dimension];
      Arrays.fill(huge, sign * longest);
      vectors.add(huge);
      float[] alternating = new float[dimension];
      float[] sizes = new float[dimension];
      float[] spike = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        alternating[d] = d % 2 == 0 ? longest * sign : -longest * sign;
        sizes[d] = sign * Math.min(longest, (float) Math.pow(10, d * 62 % 63 - 44));
      }
      spike[dimension / 2] = 9.2e18f * sign;
      vectors.addAll(List.of(alternating, sizes, spike));
    }
    vectors.removeIf(v -> VectorLimits.problem(v, similarity) != null);
    return vectors.toArray(float[][]::new);
  }

  @ParameterizedTest
  @MethodSource("smallCases")
  void finiteVectorsNeverGiveNaN(QuantizationConfig config, int dimension) throws IOException {
    for (VectorSimilarityFunction similarity : similarities(dimension)) {
      float[][] extremes = extremes(similarity, dimension);
      float[][] ordinary = sample(dimension);
      float[][] mixed = Arrays.copyOf(ordinary, ordinary.length);
      System.arraycopy(extremes, 0, mixed, 0, extremes.length);
      for (float[][] sample : new float[][][] {ordinary, mixed, extremes}) {
        try (Codes codes = new Codes(config, similarity, sample, extremes)) {
          expectFinite(codes, extremes);
        }
      }
    }
  }

  private static void expectFinite(Codes codes, float[][] queries) throws IOException {
    CodeDecoder decoder = new CodeDecoder(codes.space);
    CodeScorer scorer = codes.scorer();
    float[] decoded = new float[codes.vectors[0].length];
    for (int i = 0; i < queries.length; i++) {
      decoder.decode(codes.records[i], decoded);
      for (float value : decoded) {
        assertFalse(Float.isNaN(value), "vector " + i + " is read as NaN");
      }
      scorer.setQuery(queries[i]);
      expectFinite(codes, scorer, "query " + i);
      scorer.setQueryRecord(codes.records[i]);
      expectFinite(codes, scorer, "record " + i);
    }
  }

  private static void expectFinite(Codes codes, CodeScorer scorer, String query)
      throws IOException {
    for (int i = 0; i < codes.vectors.length; i++) {
      float score = scorer.score(i);
      assertTrue(
          score >= 0 && Float.isFinite(score),
          codes.similarity + ": " + query + " scores " + i + " as " + score);
    }
  }
}
