/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.QuantizedVectorsScorer;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Vectors that models emit as signed bytes or bits: they are stored as codes without a rerank copy.
 */
class CodesAsInputTest {

  private static final int COUNT = 60;

  @TempDir Path folder;

  private static QuantizationConfig config(Precision precision, Calibration calibration) {
    return new QuantizationConfig(
        precision,
        precision.bits(),
        Allocation.UNIFORM,
        RerankPrecision.NONE,
        CalibrationConfig.frozen(calibration));
  }

  /** Vectors of all byte values; one vector is all -128 and one all 127. */
  private static byte[][] bytes(int count, int dimension, long seed) {
    Random random = new Random(seed);
    byte[][] all = new byte[count][dimension];
    for (byte[] bytes : all) {
      random.nextBytes(bytes);
    }
    Arrays.fill(all[1], Byte.MIN_VALUE);
    Arrays.fill(all[2], Byte.MAX_VALUE);
    return all;
  }

  private static float[] vector(byte[] bytes, float scale, int zeroPoint) {
    float[] vector = new float[bytes.length];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = scale * (bytes[d] - zeroPoint);
    }
    return vector;
  }

  private static float[][] vectors(byte[][] bytes, float scale, int zeroPoint) {
    return Arrays.stream(bytes).map(b -> vector(b, scale, zeroPoint)).toArray(float[][]::new);
  }

  /** Lucene's score, computed in double. */
  private static double exactScore(VectorSimilarityFunction similarity, float[] a, float[] b) {
    double dot = 0;
    double distance = 0;
    for (int d = 0; d < a.length; d++) {
      dot += (double) a[d] * b[d];
      distance += ((double) a[d] - b[d]) * ((double) a[d] - b[d]);
    }
    return switch (similarity) {
      case EUCLIDEAN -> 1 / (1 + distance);
      case DOT_PRODUCT -> Math.max(0, (1 + dot) / 2);
      case COSINE -> (1 + dot / Math.sqrt(squares(a) * squares(b))) / 2;
      case MAXIMUM_INNER_PRODUCT -> dot < 0 ? 1 / (1 - dot) : dot + 1;
    };
  }

  private static double squares(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return squares;
  }

  /** A share of the score, plus the rounding error of inner products whose terms cancel out. */
  private static double tolerance(VectorSimilarityFunction similarity, float[] a, float[] b) {
    double lengths =
        switch (similarity) {
          case COSINE -> 1;
          case EUCLIDEAN -> 0;
          default -> Math.sqrt(squares(a) * squares(b));
        };
    return 1e-4 * exactScore(similarity, a, b) + 1e-6 * lengths;
  }

  static Stream<Arguments> byteCases() {
    return Stream.of(VectorSimilarityFunction.values())
        .flatMap(
            similarity ->
                Stream.of(
                    Arguments.of(similarity, 1f, 0, 384),
                    Arguments.of(similarity, .0123f, 0, 33),
                    Arguments.of(similarity, .25f, -128, 100),
                    Arguments.of(similarity, 1 / 128f, 7, 7),
                    Arguments.of(similarity, .0123f, 127, 384),
                    Arguments.of(similarity, 1e-20f, 0, 33),
                    Arguments.of(similarity, 3f, 1, 2)));
  }

  @ParameterizedTest
  @MethodSource("byteCases")
  void bytesAreStoredUnchangedAndScoredExactly(
      VectorSimilarityFunction similarity, float scale, int zeroPoint, int dimension)
      throws IOException {
    QuantizationConfig config =
        config(Precision.INT8, FixedCalibrations.int8Input(dimension, scale, zeroPoint));
    byte[][] bytes = bytes(COUNT, dimension, 1);
    // A vector whose bytes all equal the zero point is a zero vector, which cosine rejects.
    bytes[1][0] = (byte) (zeroPoint == -128 ? 5 : -128);
    bytes[2][0] = (byte) (zeroPoint == 127 ? 5 : 127);
    float[][] vectors = vectors(bytes, scale, zeroPoint);
    float[][] queries = vectors(bytes(10, dimension, 2), scale, zeroPoint);
    queries[1] = vectors[1];
    queries[2] = vectors[2];
    System.arraycopy(vectors, 3, queries, 3, 7);
    try (Directory directory = IndexFixtures.directory(folder);
        Directory plain = new NIOFSDirectory(folder)) {
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(config), similarity, 0, Arrays.copyOf(vectors, 20));
      IndexFixtures.addSegment(
          directory,
          IndexFixtures.config(config),
          similarity,
          20,
          Arrays.copyOfRange(vectors, 20, COUNT));
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader mapped = DirectoryReader.open(directory);
          DirectoryReader heap = DirectoryReader.open(plain)) {
        SegmentField found = IndexFixtures.quantization(mapped, 0);
        assertEquals(0, found.rerankBytes());
        assertEquals(dimension + 8, found.codeBytes());
        for (DirectoryReader reader : new DirectoryReader[] {mapped, heap}) {
          QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
          byte[] record = new byte[dimension + 8];
          for (int ord = 0; ord < COUNT; ord++) {
            values.readRecord(ord, record);
            assertArrayEquals(bytes[ord], Arrays.copyOf(record, dimension));
          }
          for (float[] query : queries) {
            expectScores(values.scorer(query), similarity, query, vectors);
            expectScores(values.rescorer(query), similarity, query, vectors);
          }
        }
        expectStoredVectorsScoreExactly(mapped, similarity, vectors);
      }
      IndexFixtures.expectClean(directory);
    }
  }

  private static void expectScores(
      VectorScorer scorer, VectorSimilarityFunction similarity, float[] query, float[][] vectors)
      throws IOException {
    for (int doc = 0; doc < vectors.length; doc++) {
      assertEquals(doc, scorer.iterator().nextDoc());
      double exact = exactScore(similarity, query, vectors[doc]);
      assertEquals(
          exact, scorer.score(), tolerance(similarity, query, vectors[doc]), "document " + doc);
    }
  }

  private static void expectStoredVectorsScoreExactly(
      DirectoryReader reader, VectorSimilarityFunction similarity, float[][] vectors)
      throws IOException {
    QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
    var scorer =
        QuantizedVectorsScorer.INSTANCE.getRandomVectorScorerSupplier(similarity, values).scorer();
    for (int a = 0; a < 5; a++) {
      scorer.setScoringOrdinal(a);
      for (int b = 0; b < vectors.length; b++) {
        double exact = exactScore(similarity, vectors[a], vectors[b]);
        double tolerance = tolerance(similarity, vectors[a], vectors[b]);
        assertEquals(exact, scorer.score(b), tolerance, a + " and " + b);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", ".0123, 0", ".5, 3", ".0078125, -128", ".0123, 7", ".1, -77"})
  void vectorsAreReadAsTheyWereIndexed(float scale, int zeroPoint) throws IOException {
    QuantizationConfig config =
        config(Precision.INT8, FixedCalibrations.int8Input(256, scale, zeroPoint));
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    float[] vector = vector(all, scale, zeroPoint);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(config), VectorSimilarityFunction.EUCLIDEAN, 0, vector);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertArrayEquals(vector, IndexFixtures.values(reader.leaves().get(0)).vectorValue(0));
      }
    }
  }

  /** From about 3,000 dimensions, floats cannot represent all squared lengths. */
  @ParameterizedTest
  @ValueSource(ints = {384, 6_000})
  void equalVectorsHaveDistanceZero(int dimension) throws IOException {
    QuantizationConfig config =
        config(Precision.INT8, FixedCalibrations.int8Input(dimension, 1, 0));
    float[][] vectors = vectors(bytes(20, dimension, 1), 1, 0);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(config), VectorSimilarityFunction.EUCLIDEAN, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int doc = 0; doc < vectors.length; doc++) {
          VectorScorer scorer = values.scorer(vectors[doc]);
          scorer.iterator().advance(doc);
          assertEquals(1, scorer.score(), 1e-4, "document " + doc);
        }
      }
    }
  }

  private static float[][] bits(int count, int dimension, float low, float high, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        vector[d] = random.nextBoolean() ? high : low;
      }
      // Cosine rejects zero vectors.
      vector[random.nextInt(dimension)] = high;
    }
    return vectors;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 100, 1_000})
  void bitsAreScoredByHammingDistance(int dimension) throws IOException {
    QuantizationConfig config =
        config(Precision.BINARY, FixedCalibrations.binaryInput(dimension, 0, 1));
    float[][] vectors = bits(COUNT, dimension, 0, 1, 1);
    float[][] queries = bits(10, dimension, 0, 1, 2);
    queries[0] = vectors[0];
    VectorSimilarityFunction similarity = VectorSimilarityFunction.EUCLIDEAN;
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), similarity, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertEquals(0, values.quantization().rerankBytes());
        for (int ord = 0; ord < COUNT; ord++) {
          assertArrayEquals(vectors[ord], values.vectorValue(ord));
        }
        for (float[] query : queries) {
          VectorScorer scorer = values.scorer(query);
          for (int doc = 0; doc < COUNT; doc++) {
            scorer.iterator().nextDoc();
            int hamming = 0;
            for (int d = 0; d < dimension; d++) {
              hamming += query[d] == vectors[doc][d] ? 0 : 1;
            }
            assertEquals(hamming, Math.round(1 / scorer.score() - 1));
            assertEquals(1f / (1 + hamming), scorer.score(), 1e-6f);
          }
        }
      }
    }
  }

  static Stream<Arguments> pairs() {
    float[][] pairs = {{0, 1}, {-1, 1}, {0, .3f}, {-.1f, .1f}, {-.37f, .37f}};
    return Stream.of(VectorSimilarityFunction.values())
        .flatMap(
            similarity -> Stream.of(pairs).map(pair -> Arguments.of(similarity, pair[0], pair[1])));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bitsOfAnyTwoValuesScoreExactly(VectorSimilarityFunction similarity, float low, float high)
      throws IOException {
    QuantizationConfig config =
        config(Precision.BINARY, FixedCalibrations.binaryInput(75, low, high));
    float[][] vectors = bits(COUNT, 75, low, high, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), similarity, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int ord = 0; ord < COUNT; ord++) {
          assertArrayEquals(vectors[ord], values.vectorValue(ord), 1e-7f);
        }
        for (float[] query : bits(5, 75, low, high, 2)) {
          expectScores(values.scorer(query), similarity, query, vectors);
        }
        expectStoredVectorsScoreExactly(reader, similarity, vectors);
      }
    }
  }

  static Stream<Arguments> lives() {
    return Stream.of(
        Arguments.of(Precision.INT8, VectorSimilarityFunction.COSINE),
        Arguments.of(Precision.INT8, VectorSimilarityFunction.EUCLIDEAN),
        Arguments.of(Precision.BINARY, VectorSimilarityFunction.EUCLIDEAN),
        Arguments.of(Precision.BINARY, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
  }

  /** A sorted, sparse index with deletes and a graph that is merged twice. */
  @ParameterizedTest
  @MethodSource("lives")
  void vectorsStayWithTheirDocuments(Precision precision, VectorSimilarityFunction similarity)
      throws IOException {
    int dimension = 48;
    boolean binary = precision == Precision.BINARY;
    Calibration calibration =
        binary
            ? FixedCalibrations.binaryInput(dimension, 0, 1)
            : FixedCalibrations.int8Input(dimension, .5f, 3);
    float[][] vectors =
        binary ? bits(600, dimension, 0, 1, 1) : vectors(bytes(600, dimension, 1), .5f, 3);
    for (int id = 0; id < vectors.length; id += 7) {
      vectors[id] = null;
    }
    KnnVectorsFormat format = IndexFixtures.hnsw(config(precision, calibration));
    try (Directory directory = IndexFixtures.directory(folder)) {
      for (int from = 0; from < 600; from += 150) {
        IndexFixtures.addSegment(
            directory,
            sorted(format),
            similarity,
            from,
            Arrays.copyOfRange(vectors, from, from + 150));
        if (from == 150) {
          IndexFixtures.forceMerge(directory, sorted(format));
        }
      }
      try (IndexWriter writer = new IndexWriter(directory, sorted(format))) {
        for (int id = 0; id < 600; id += 5) {
          writer.deleteDocuments(new Term("key", Integer.toString(id)));
        }
      }
      IndexFixtures.forceMerge(directory, sorted(format));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
        int[] ids = IndexFixtures.ids(leaf);
        assertEquals(CodeOrigin.COPIED, values.quantization().provenance().origin());
        assertEquals(ids.length, values.quantization().provenance().copied());
        for (int ord = 0; ord < ids.length; ord++) {
          assertTrue(ord == 0 || ids[ord] < ids[ord - 1], "documents are not in sort order");
          assertArrayEquals(vectors[ids[ord]], values.vectorValue(ord));
        }
        expectGraphFindsItself(leaf, values, similarity);
      }
      IndexFixtures.expectClean(directory);
    }
  }

  private static IndexWriterConfig sorted(KnnVectorsFormat format) {
    return IndexFixtures.config(format)
        .setIndexSort(new Sort(new SortField("rank", SortField.Type.LONG)));
  }

  private static void expectGraphFindsItself(
      LeafReaderContext leaf,
      QuantizedFloatVectorValues values,
      VectorSimilarityFunction similarity)
      throws IOException {
    for (int ord = 0; ord < values.size(); ord += 40) {
      float[] query = values.vectorValue(ord).clone();
      TopKnnCollector collector = new TopKnnCollector(20, Integer.MAX_VALUE);
      leaf.reader()
          .searchNearestVectors(
              "v", query, collector, AcceptDocs.fromLiveDocs(null, leaf.reader().maxDoc()));
      ScoreDoc[] hits = collector.topDocs().scoreDocs;
      assertEquals(20, hits.length);
      for (ScoreDoc hit : hits) {
        float[] found = values.vectorValue(ordinal(values, hit.doc)).clone();
        assertEquals(
            exactScore(similarity, query, found), hit.score, tolerance(similarity, query, found));
      }
      // A short vector is no other vector's best neighbor by inner product and may not be
      // reachable.
      if (similarity != VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT) {
        assertEquals(1, hits[0].score, 1e-4);
      }
    }
  }

  /**
   * Codes on one side of zero, of which 1 % are far longer: their common part is far larger than
   * their differences, and rounding the query shifts the scores of the long ones.
   */
  @Test
  void candidatesOfCodesOnOneSideOfZeroAreTheNearest() throws IOException {
    int dimension = 64;
    Random random = new Random(5);
    float[][] vectors = new float[1_000][dimension];
    for (int i = 0; i < vectors.length; i++) {
      int middle = i % 100 == 0 ? 110 : 60;
      for (int d = 0; d < dimension; d++) {
        double value = middle + 6 * random.nextGaussian();
        vectors[i][d] = (float) Math.clamp(Math.rint(value), 0, 127);
      }
    }
    QuantizationConfig config =
        config(Precision.INT8, FixedCalibrations.int8Input(dimension, 1, 0));
    VectorSimilarityFunction similarity = VectorSimilarityFunction.EUCLIDEAN;
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), similarity, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int q = 0; q < 20; q++) {
          float[] query = new float[dimension];
          for (int d = 0; d < dimension; d++) {
            // The query is not made of whole codes.
            query[d] = (float) (60 + 6 * random.nextGaussian());
          }
          VectorScorer candidates = values.candidateScorer(query);
          for (float[] vector : vectors) {
            candidates.iterator().nextDoc();
            double exact = exactScore(similarity, query, vector);
            assertEquals(exact, candidates.score(), 1e-3 * exact);
          }
        }
      }
    }
  }

  private static int ordinal(QuantizedFloatVectorValues values, int doc) {
    int ord = 0;
    while (values.ordToDoc(ord) != doc) {
      ord++;
    }
    return ord;
  }
}
