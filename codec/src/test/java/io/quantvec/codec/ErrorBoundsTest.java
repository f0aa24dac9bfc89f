/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.VectorLimits;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.ScoreEstimate;
import io.quantvec.codec.transform.VectorMath;
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
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bounds of scores hold for every vector without tolerance, and are narrow enough to be useful. */
class ErrorBoundsTest {

  private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;
  private static final VectorSimilarityFunction EUCLIDEAN = VectorSimilarityFunction.EUCLIDEAN;
  private static final VectorSimilarityFunction MAXIMUM =
      VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;

  @TempDir Path folder;

  /** Distributions of vectors. */
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
      float[][] vectors = VectorFixtures.clustered(count, dimension, seed);
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
                case HUGE -> (float) (3e17 * vectors[i][d]);
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
    for (Precision precision : VectorFixtures.namedPrecisions()) {
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
      double squares = VectorMath.squaredLength(vector);
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

  /** Queries: some of the vectors, similar vectors, other vectors, and vectors far away. */
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
    boolean all = Boolean.getBoolean("tests.full.matrix");
    // Hashes the text, because the hash of an enum differs between JVMs.
    int turn = Math.floorMod(config.toString().hashCode(), 11) + similarity.ordinal();
    for (int dimension : new int[] {1, 3, 16, 33, 130}) {
      turn++;
      for (Data data : Data.values()) {
        // Without the full matrix, every eleventh combination.
        if (!data.fits(similarity, config) || !all && (turn + data.ordinal()) % 11 != 0) {
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
        try (Directory directory = IndexFixtures.directory(folder.resolve(name))) {
          IndexFixtures.addSegment(directory, config, similarity, vectors);
          try (DirectoryReader reader = DirectoryReader.open(directory)) {
            assertBounds(reader, queries(vectors, alike), similarity, name);
          }
        }
      }
    }
  }

  private static QuantizationConfig config(Precision precision, RerankPrecision rerank) {
    return new QuantizationConfig(precision).withRerank(rerank);
  }

  /**
   * Merges in which codes are copied or re-encoded, and rerank copies are copied, re-encoded or
   * made from codes only.
   */
  static Stream<Arguments> merges() {
    QuantizationConfig binary8 = config(Precision.BINARY, RerankPrecision.INT8);
    QuantizationConfig int4of32 = config(Precision.INT4, RerankPrecision.FP32);
    return Stream.of(
            new QuantizationConfig[] {binary8, binary8},
            new QuantizationConfig[] {int4of32, int4of32},
            new QuantizationConfig[] {config(Precision.INT4, RerankPrecision.INT8), binary8},
            new QuantizationConfig[] {binary8, config(Precision.INT8, RerankPrecision.FP16)},
            new QuantizationConfig[] {int4of32, config(Precision.INT4, RerankPrecision.INT8)},
            new QuantizationConfig[] {binary8, config(Precision.BINARY, RerankPrecision.FP32)},
            new QuantizationConfig[] {config(Precision.INT2, RerankPrecision.FP16), binary8},
            new QuantizationConfig[] {config(Precision.INT4, RerankPrecision.NONE), int4of32},
            new QuantizationConfig[] {config(Precision.INT4, RerankPrecision.NONE), binary8},
            new QuantizationConfig[] {
              config(Precision.FP16, RerankPrecision.FP32),
              config(Precision.FP16, RerankPrecision.FP32)
            },
            new QuantizationConfig[] {binary8, config(Precision.BINARY, RerankPrecision.NONE)},
            new QuantizationConfig[] {int4of32, config(Precision.FP16, RerankPrecision.FP32)})
        .flatMap(
            pair ->
                Arrays.stream(VectorSimilarityFunction.values())
                    .map(similarity -> Arguments.of(pair[0], pair[1], similarity)));
  }

  private static float[][] vectors(int count, long seed, VectorSimilarityFunction similarity) {
    float[][] vectors = VectorFixtures.clustered(count, 32, seed);
    return similarity == VectorSimilarityFunction.DOT_PRODUCT ? normalized(vectors) : vectors;
  }

  private static float[][] foreign(int count, long seed, VectorSimilarityFunction similarity) {
    float[][] vectors = VectorFixtures.foreign(count, 32, seed);
    return similarity == VectorSimilarityFunction.DOT_PRODUCT ? normalized(vectors) : vectors;
  }

  @ParameterizedTest
  @MethodSource("merges")
  void boundsHoldAfterMerges(
      QuantizationConfig before, QuantizationConfig after, VectorSimilarityFunction similarity)
      throws IOException {
    Sort sort = new Sort(new SortField("rank", SortField.Type.LONG));
    float[][] first = vectors(300, 1, similarity);
    float[][] second = foreign(120, 2, similarity);
    for (boolean sorted : sorted(after, similarity)) {
      try (Directory directory = IndexFixtures.directory(folder.resolve("sorted-" + sorted))) {
        addSegment(directory, before, sorted ? sort : null, similarity, 0, first);
        addSegment(directory, before, sorted ? sort : null, similarity, 300, second);
        addSegment(
            directory, after, sorted ? sort : null, similarity, 420, vectors(90, 3, similarity));
        try (IndexWriter writer = new IndexWriter(directory, writer(after, sorted ? sort : null))) {
          for (int id = 3; id < 500; id += 7) {
            writer.deleteDocuments(new Term("key", Integer.toString(id)));
          }
        }
        IndexFixtures.forceMerge(directory, writer(after, sorted ? sort : null));
        IndexFixtures.expectClean(directory);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertEquals(1, reader.leaves().size());
          assertEquals(after.storedCopy(), IndexFixtures.quantization(reader, 0).rerankCopy());
          assertBounds(reader, queries(first, second), similarity, before + " to " + after);
        }
      }
    }
  }

  /** Both values in the full matrix, otherwise one of them in turn. */
  private static List<Boolean> sorted(
      QuantizationConfig config, VectorSimilarityFunction similarity) {
    int turn = config.toString().hashCode() + similarity.ordinal();
    return Boolean.getBoolean("tests.full.matrix")
        ? List.of(false, true)
        : List.of(Math.floorMod(turn, 2) == 0);
  }

  private static IndexWriterConfig writer(QuantizationConfig config, Sort sort) {
    IndexWriterConfig writer = IndexFixtures.config(config);
    return sort == null ? writer : writer.setIndexSort(sort);
  }

  private static void addSegment(
      Directory directory,
      QuantizationConfig config,
      Sort sort,
      VectorSimilarityFunction similarity,
      int firstId,
      float[][] vectors)
      throws IOException {
    IndexFixtures.addSegment(directory, writer(config, sort), similarity, firstId, vectors);
  }

  /** Each generation makes codes from the previous generation's rerank copies. */
  @ParameterizedTest
  @EnumSource(VectorSimilarityFunction.class)
  void boundsHoldOverGenerationsOfInexactCopies(VectorSimilarityFunction similarity)
      throws IOException {
    float[][] first = vectors(400, 1, similarity);
    Precision[] precisions = {
      Precision.BINARY, Precision.INT4, Precision.INT2, Precision.BINARY, Precision.INT4
    };
    RerankPrecision[] copies = {
      RerankPrecision.INT8,
      RerankPrecision.INT8,
      RerankPrecision.FP16,
      RerankPrecision.INT8,
      RerankPrecision.INT8
    };
    try (Directory directory = IndexFixtures.directory(folder)) {
      addSegment(directory, config(precisions[0], copies[0]), null, similarity, 0, first);
      for (int generation = 1; generation < precisions.length; generation++) {
        QuantizationConfig config = config(precisions[generation], copies[generation]);
        float[][] more = foreign(200, generation, similarity);
        addSegment(directory, config, null, similarity, 300 * generation, more);
        IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertBounds(reader, queries(first, more), similarity, "generation " + generation);
        }
      }
    }
  }

  private static byte[] terms(LeafReaderContext leaf, int ord) throws IOException {
    QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
    byte[] terms = new byte[values.field().coding().copy().errorTerms().length()];
    values.readErrorTerms(ord, terms);
    return terms;
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "INT8"})
  void errorTermsAreCopiedWithCodesAndCopies(RerankPrecision rerank) throws IOException {
    QuantizationConfig config = config(Precision.INT4, rerank);
    List<byte[]> before = new ArrayList<>();
    try (Directory directory = IndexFixtures.directory(folder)) {
      addSegment(directory, config, null, COSINE, 0, vectors(1_300, 1, COSINE));
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        addSegment(directory, config, null, COSINE, 1_300, vectors(50, 2, COSINE));
        assertEquals(1_300, open.numDocs());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          for (int ord = 0; ord < leaf.reader().maxDoc(); ord++) {
            before.add(terms(leaf, ord));
          }
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(
            CodeOrigin.COPIED, IndexFixtures.quantization(reader, 0).provenance().origin());
        for (int ord = 0; ord < before.size(); ord++) {
          assertArrayEquals(before.get(ord), terms(reader.leaves().get(0), ord));
        }
        assertNotEquals(0, before.get(0)[2] | before.get(0)[3]);
      }
    }
  }

  @Test
  void fieldsWithoutVectorsHaveNoBounds() throws IOException {
    QuantizationConfig config = config(Precision.INT4, RerankPrecision.FP32);
    float[] vector = {1, 2};
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, EUCLIDEAN, vector, null, new float[] {3, 4});
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertThrows(IllegalArgumentException.class, () -> values.estimate(vector, 1));
        assertThrows(IllegalArgumentException.class, () -> values.estimate(new float[3], 0));
        assertThrows(IllegalArgumentException.class, () -> values.upperBoundScorer(new float[3]));
        assertEquals(1, values.estimate(vector, 0).upper(), 1e-3);
      }
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
        writer.deleteDocuments(new Term("key", "0"), new Term("key", "2"));
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          if (leaf.reader().getFloatVectorValues("v") != null) {
            assertNull(IndexFixtures.values(leaf).upperBoundScorer(vector));
          }
        }
      }
    }
  }

  static Stream<Arguments> usefulness() {
    return Stream.of(
        Arguments.of(Precision.INT8, RerankPrecision.FP32, .01),
        Arguments.of(Precision.INT4, RerankPrecision.FP32, .1),
        Arguments.of(Precision.INT4, RerankPrecision.INT8, .1),
        Arguments.of(Precision.FP16, RerankPrecision.FP32, .01));
  }

  /**
   * @param share maximum share of vectors whose bound exceeds the 50th best score of 4,000
   */
  @ParameterizedTest
  @MethodSource("usefulness")
  void fewBoundsExceedAThreshold(Precision precision, RerankPrecision rerank, double share)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(4_000, 384, 1);
    float[][] queries = VectorFixtures.clustered(10, 384, 2);
    for (VectorSimilarityFunction similarity : List.of(COSINE, EUCLIDEAN, MAXIMUM)) {
      try (Directory directory = IndexFixtures.directory(folder.resolve(similarity.name()))) {
        IndexFixtures.addSegment(directory, config(precision, rerank), similarity, vectors);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
          int[] docs = IntStream.range(0, vectors.length).toArray();
          int survivors = 0;
          for (float[] query : queries) {
            float[] scores = values.rescore(query, docs);
            Arrays.sort(scores);
            float threshold = scores[scores.length - 50];
            for (float bound :
                IndexFixtures.bulkScores(values.upperBoundScorer(query), vectors.length)) {
              survivors += bound >= threshold ? 1 : 0;
            }
          }
          double found = survivors / (double) (queries.length * vectors.length);
          assertTrue(found >= .0125 && found < .0125 + share, similarity + ": " + found);
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
      QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
      boolean codesOnly = values.quantization().rerankCopy() == RerankPrecision.NONE;
      for (float[] query : queries) {
        if (VectorLimits.problem(query, similarity) != null) {
          continue;
        }
        float[] bounds =
            IndexFixtures.bulkScores(values.upperBoundScorer(query), leaf.reader().maxDoc());
        int[] docs = IntStream.range(0, bounds.length).filter(d -> bounds[d] >= 0).toArray();
        assertEquals(values.size(), docs.length);
        float[] rescored = values.rescore(query, docs);
        float[] single = singleBounds(values.upperBoundScorer(query), bounds.length);
        for (int i = 0; i < docs.length; i++) {
          float upper = bounds[docs[i]];
          // If scores are exact, score and bound may still add floats in a different order.
          float rounding = codesOnly ? Math.abs(upper) * 1e-5f : 0;
          assertTrue(
              upper >= rescored[i] - rounding,
              () -> what + ": expected at least the score, got bound " + upper);
          assertEquals(upper, single[docs[i]], Math.abs(upper) * 1e-5f);
          assertTrue(single[docs[i]] >= rescored[i] - rounding);
          if (i % 3 == 0) {
            ScoreEstimate estimate = values.estimate(query, docs[i]);
            assertTrue(
                estimate.lower() - rounding <= rescored[i]
                    && rescored[i] <= estimate.upper() + rounding,
                () -> String.format(Locale.ROOT, "%s: %s", what, estimate));
            assertTrue(estimate.copyError() >= 0);
            if (codesOnly) {
              assertEquals(estimate.lower(), estimate.upper());
            }
          }
        }
      }
    }
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
