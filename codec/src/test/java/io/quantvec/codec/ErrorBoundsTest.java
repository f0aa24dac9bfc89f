/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocAndFloatFeatureBuffer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bounds of scores hold for every vector, without any tolerance, and are narrow enough to serve.
 */
class ErrorBoundsTest {

  private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;
  private static final VectorSimilarityFunction EUCLIDEAN = VectorSimilarityFunction.EUCLIDEAN;
  private static final VectorSimilarityFunction MAXIMUM =
      VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;

  @TempDir Path folder;

  /** What vectors of a test look like. */
  private enum Data {
    CLUSTERED,
    RANDOM,
    EQUAL,
    ZEROS,
    HUGE,
    DENORMAL,
    DECADE;

    boolean fits(VectorSimilarityFunction similarity, QuantizationConfig config) {
      boolean cosine = similarity == COSINE;
      boolean halves =
          config.precision() == Precision.FP16 || config.storedCopy() == RerankPrecision.FP16;
      return switch (this) {
        case ZEROS, DENORMAL -> !cosine;
        case HUGE -> cosine || !halves;
        case CLUSTERED, RANDOM, EQUAL, DECADE -> true;
      };
    }

    float[][] vectors(int count, int dimension, long seed) {
      Random random = new Random(seed);
      float[][] vectors = TestVectors.clustered(count, dimension, seed);
      if (this == CLUSTERED) {
        return vectors;
      }
      for (int i = 0; i < count; i++) {
        double decade = Math.pow(10, random.nextDouble());
        for (int d = 0; d < dimension; d++) {
          vectors[i][d] =
              switch (this) {
                case CLUSTERED -> vectors[i][d];
                case RANDOM -> (float) random.nextGaussian();
                case EQUAL -> 1 + d % 3;
                case ZEROS -> i % 3 == 0 ? 0 : vectors[i][d];
                case HUGE -> (float) (1e18 * vectors[i][d]);
                case DENORMAL -> (float) (1e-40 * vectors[i][d]);
                case DECADE -> (float) (decade * random.nextGaussian());
              };
        }
      }
      return vectors;
    }
  }

  private static List<QuantizationConfig> codes() {
    List<QuantizationConfig> all = new ArrayList<>();
    for (Precision precision : TestVectors.namedPrecisions()) {
      all.add(new QuantizationConfig(precision));
    }
    for (double bits : new double[] {.5, 1.5, 6}) {
      all.add(QuantizationConfig.ofBits(bits, Allocation.MIXED));
    }
    all.add(new QuantizationConfig(Precision.INT4, Allocation.UNIFORM));
    all.add(new QuantizationConfig(Precision.BINARY, Allocation.UNIFORM));
    return all;
  }

  private static float[][] normalized(float[][] vectors) {
    for (float[] vector : vectors) {
      double squares = VectorLimits.squaredLength(vector);
      for (int d = 0; d < vector.length && squares > 0; d++) {
        vector[d] = (float) (vector[d] / Math.sqrt(squares));
      }
    }
    return vectors;
  }

  static Stream<Arguments> codesAndCopies() {
    return codes().stream()
        .flatMap(
            code ->
                Arrays.stream(RerankPrecision.values())
                    .map(code::withRerank)
                    .flatMap(
                        config ->
                            Arrays.stream(VectorSimilarityFunction.values())
                                .map(similarity -> Arguments.of(config, similarity))));
  }

  /** Queries: some of the vectors, vectors alike, others, and what lies far away. */
  private static List<float[]> queries(float[][] vectors, float[][] alike) {
    int dimension = vectors[0].length;
    List<float[]> queries = new ArrayList<>(List.of(vectors[1], vectors[2], alike[0], alike[1]));
    Random random = new Random(dimension);
    float[] other = new float[dimension];
    float[] opposite = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      other[d] = (float) random.nextGaussian();
      opposite[d] = -vectors[1][d];
    }
    queries.add(other);
    queries.add(opposite);
    return queries;
  }

  @ParameterizedTest
  @MethodSource("codesAndCopies")
  void boundsHoldForEveryVector(QuantizationConfig config, VectorSimilarityFunction similarity)
      throws IOException {
    for (int dimension : new int[] {1, 3, 16, 33, 130}) {
      for (Data data : Data.values()) {
        if (!data.fits(similarity, config)) {
          continue;
        }
        int count = data == Data.CLUSTERED && dimension == 33 ? 400 : 40;
        float[][] vectors = data.vectors(count, dimension, dimension);
        float[][] alike = data.vectors(2, dimension, dimension + 1);
        if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
          normalized(vectors);
          normalized(alike);
        }
        String name = data + "-" + dimension;
        try (Directory directory = TestIndexes.directory(folder.resolve(name))) {
          TestIndexes.addSegment(directory, config, similarity, vectors);
          try (DirectoryReader reader = DirectoryReader.open(directory)) {
            assertBounds(reader, queries(vectors, alike), similarity, name);
          }
        }
      }
    }
  }

  private static void assertBounds(
      DirectoryReader reader,
      List<float[]> queries,
      VectorSimilarityFunction similarity,
      String what)
      throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      QuantizedFloatVectorValues values = TestIndexes.values(leaf);
      boolean finest = values.quantization().copy() == RerankPrecision.NONE;
      for (float[] query : queries) {
        if (VectorLimits.problem(query, similarity) != null) {
          continue;
        }
        float[] bounds = bounds(values.upperBoundScorer(query), leaf.reader().maxDoc());
        int[] docs = IntStream.range(0, bounds.length).filter(d -> bounds[d] >= 0).toArray();
        assertEquals(values.size(), docs.length);
        float[] rescored = values.rescore(query, docs);
        float[] single = singleBounds(values.upperBoundScorer(query), bounds.length);
        for (int i = 0; i < docs.length; i++) {
          float upper = bounds[docs[i]];
          assertTrue(
              upper >= rescored[i],
              () -> what + ": expected at least the score, got bound " + upper);
          assertEquals(upper, single[docs[i]], Math.abs(upper) * 1e-5f);
          assertTrue(single[docs[i]] >= rescored[i]);
          if (i % 3 == 0) {
            ScoreEstimate estimate = values.estimate(query, docs[i]);
            assertTrue(
                estimate.lower() <= rescored[i] && rescored[i] <= estimate.upper(),
                () -> String.format(Locale.ROOT, "%s: %s", what, estimate));
            assertTrue(estimate.copyError() >= 0);
            if (finest) {
              assertEquals(estimate.lower(), estimate.upper());
            }
          }
        }
      }
    }
  }

  /** Bounds by document, -1 for those without vectors. */
  private static float[] bounds(VectorScorer scorer, int maxDoc) throws IOException {
    float[] bounds = new float[maxDoc];
    Arrays.fill(bounds, -1);
    VectorScorer.Bulk bulk = scorer.bulk(null);
    DocAndFloatFeatureBuffer buffer = new DocAndFloatFeatureBuffer();
    for (bulk.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer);
        buffer.size > 0;
        bulk.nextDocsAndScores(DocIdSetIterator.NO_MORE_DOCS, null, buffer)) {
      for (int i = 0; i < buffer.size; i++) {
        bounds[buffer.docs[i]] = buffer.features[i];
      }
    }
    return bounds;
  }

  private static float[] singleBounds(VectorScorer scorer, int maxDoc) throws IOException {
    float[] bounds = new float[maxDoc];
    DocIdSetIterator docs = scorer.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      bounds[doc] = scorer.score();
    }
    return bounds;
  }
}
