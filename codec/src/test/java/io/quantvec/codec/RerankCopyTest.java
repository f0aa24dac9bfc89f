/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.VectorLimits;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rerank copies of fp16 and int8, and codes without a rerank copy. */
class RerankCopyTest {

  private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;
  private static final VectorSimilarityFunction EUCLIDEAN = VectorSimilarityFunction.EUCLIDEAN;

  @TempDir Path folder;

  /** The kinds of rerank copies, and the kinds of codes without a rerank copy. */
  static List<QuantizationConfig> configs() {
    return List.of(
        config(Precision.BINARY, RerankPrecision.INT8),
        config(Precision.INT2, RerankPrecision.FP16),
        config(Precision.INT8, RerankPrecision.FP16),
        config(Precision.BINARY, RerankPrecision.NONE),
        config(Precision.INT4, RerankPrecision.NONE),
        config(Precision.INT8, RerankPrecision.NONE),
        config(Precision.FP16, RerankPrecision.NONE));
  }

  private static QuantizationConfig config(Precision precision, RerankPrecision rerank) {
    return new QuantizationConfig(precision).withRerank(rerank);
  }

  static Stream<Arguments> configsAndSimilarities() {
    return configs().stream()
        .flatMap(
            config ->
                Stream.of(VectorSimilarityFunction.values())
                    .map(similarity -> Arguments.of(config, similarity)));
  }

  @Test
  void copyThatIsNotMorePreciseThanTheCodesIsNotStored() {
    for (RerankPrecision asked : RerankPrecision.values()) {
      assertEquals(asked, config(Precision.BINARY, asked).storedCopy());
      assertEquals(asked, config(Precision.INT4, asked).storedCopy());
      assertEquals(asked, config(Precision.INT8, asked).rerank());
    }
    assertEquals(RerankPrecision.NONE, config(Precision.INT8, RerankPrecision.INT8).storedCopy());
    assertEquals(RerankPrecision.FP16, config(Precision.INT8, RerankPrecision.FP16).storedCopy());
    assertEquals(RerankPrecision.NONE, config(Precision.FP16, RerankPrecision.INT8).storedCopy());
    assertEquals(RerankPrecision.NONE, config(Precision.FP16, RerankPrecision.FP16).storedCopy());
    assertEquals(RerankPrecision.FP32, config(Precision.FP16, RerankPrecision.FP32).storedCopy());
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "INT8"})
  void vectorsThatArriveAsCodesHaveNoCopy(RerankPrecision rerank) {
    QuantizationConfig none = config(Precision.INT8, RerankPrecision.NONE);
    QuantizationConfig codes =
        none.withCalibration(CalibrationConfig.frozen(FixedCalibrations.int8Input(4, 1, 0)));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> codes.withRerank(rerank));
    assertTrue(e.getMessage().contains("[rerank: " + rerank.label() + "]"), e.getMessage());
  }

  static Stream<Arguments> sizes() {
    return Stream.of(
        Arguments.of(Precision.BINARY, RerankPrecision.FP32, COSINE, 52, 1_536),
        Arguments.of(Precision.BINARY, RerankPrecision.FP16, COSINE, 52, 768 + 4),
        Arguments.of(Precision.BINARY, RerankPrecision.INT8, COSINE, 52, 392 + 4),
        Arguments.of(Precision.BINARY, RerankPrecision.NONE, COSINE, 52, 4),
        Arguments.of(Precision.BINARY, RerankPrecision.FP16, EUCLIDEAN, 54, 768),
        Arguments.of(Precision.BINARY, RerankPrecision.INT8, EUCLIDEAN, 54, 392),
        Arguments.of(Precision.BINARY, RerankPrecision.NONE, EUCLIDEAN, 54, 0),
        Arguments.of(Precision.INT8, RerankPrecision.INT8, COSINE, 392, 4),
        Arguments.of(Precision.FP16, RerankPrecision.INT8, EUCLIDEAN, 768, 0));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void fileSizesMatchTheFormat(
      Precision precision,
      RerankPrecision rerank,
      VectorSimilarityFunction similarity,
      int code,
      int copy)
      throws IOException {
    int count = 1_300;
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory,
          config(precision, rerank),
          similarity,
          VectorFixtures.clustered(count, 384, 1));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        assertEquals(config(precision, rerank).storedCopy(), found.rerankCopy());
        assertEquals(code, found.codeBytes());
        assertEquals(copy, found.rerankBytes());
      }
      long bytes = 0;
      for (String file : directory.listAll()) {
        if (file.endsWith(".qvm") || file.endsWith(".qvc") || file.endsWith(".qvr")) {
          bytes += directory.fileLength(file);
        }
      }
      // Three headers and footers, alignment, and the padding after the last records.
      assertEquals(code + copy, bytes / (double) count, .8);
    }
  }

  /** The maximum error of a vector of clustered components, relative to its length. */
  private static double tolerance(QuantizationConfig config) {
    return switch (config.storedCopy()) {
      case FP32 -> 0;
      case FP16 -> 4e-4;
      case INT8 -> .015;
      case NONE ->
          switch (config.precision()) {
            case FP16 -> 4e-4;
            case INT8 -> .015;
            case INT4 -> .2;
            default -> .9;
          };
    };
  }

  private static double relativeError(float[] expected, float[] found) {
    double missed = 0;
    for (int d = 0; d < expected.length; d++) {
      missed += ((double) expected[d] - found[d]) * ((double) expected[d] - found[d]);
    }
    return Math.sqrt(missed) / length(expected);
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
  }

  /** Vectors of lengths over one decade, which codes of unit vectors do not contain. */
  private static float[][] ofManyLengths(int count, int dimension) {
    float[][] vectors = VectorFixtures.clustered(count, dimension, 7);
    for (int i = 0; i < count; i++) {
      for (int d = 0; d < dimension; d++) {
        vectors[i][d] *= (float) Math.pow(10, i % 11 / 5. - 1);
      }
    }
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("configsAndSimilarities")
  void vectorErrorsMatchTheMeasuredError(
      QuantizationConfig config, VectorSimilarityFunction similarity) throws IOException {
    float[][] vectors = ofManyLengths(600, 51);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, similarity, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        double squares = 0;
        for (int ord = 0; ord < vectors.length; ord++) {
          float[] found = values.vectorValue(ord);
          double error = relativeError(vectors[ord], found);
          squares += error * error;
          if (similarity == COSINE) {
            double length = length(vectors[ord]);
            assertTrue(error < tolerance(config), "error of " + error);
            assertEquals(length, length(found), 3e-7 * length);
          }
        }
        double outside = Math.sqrt(squares / vectors.length);
        SegmentField said = values.quantization();
        assertEquals(outside, said.fit().valueError(), .15 * outside);
        assertTrue(outside > 0, "expected an error above 0 for an inexact copy");
        // If floats were stored, they would be read without error.
        assertNull(values.getSlice());
      }
    }
  }

  /**
   * Otherwise a document could not be updated, because its vector would be rejected when it is
   * indexed again.
   */
  @ParameterizedTest
  @MethodSource("configsAndSimilarities")
  void longestVectorsCanBeReadAndIndexedAgain(
      QuantizationConfig config, VectorSimilarityFunction similarity) throws IOException {
    boolean halves =
        config.precision() == Precision.FP16
            || config.rerank() == RerankPrecision.FP16 && similarity != COSINE;
    float longest = halves ? 60_000 : .9999f * (float) Math.sqrt(Float.MAX_VALUE / 4);
    float[][] vectors = VectorFixtures.clustered(40, 8, 3);
    for (float[] vector : vectors) {
      VectorUtil.l2normalize(vector);
      for (int d = 0; d < vector.length; d++) {
        vector[d] *= longest;
      }
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, similarity, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int ord = 0; ord < values.size(); ord++) {
          assertNull(
              VectorLimits.indexingProblem(values.vectorValue(ord), similarity, config),
              "vector " + ord);
        }
      }
    }
  }

  @Test
  void floatsAreExactAndReportNoError() throws IOException {
    float[][] vectors = ofManyLengths(100, 51);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, config(Precision.BINARY, RerankPrecision.FP32), COSINE, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertEquals(0, values.quantization().fit().valueError());
        assertEquals(RerankPrecision.FP32, values.quantization().rerankCopy());
        for (int ord = 0; ord < vectors.length; ord++) {
          assertArrayEquals(vectors[ord], values.vectorValue(ord));
        }
      }
    }
  }

  /** A rescored score equals the score of the vector that readers return, up to rounding. */
  @ParameterizedTest
  @MethodSource("configsAndSimilarities")
  void rescoringUsesTheRerankCopy(QuantizationConfig config, VectorSimilarityFunction similarity)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(400, 75, 1);
    float[][] queries = VectorFixtures.clustered(10, 75, 2);
    // Scores of codes use the exact inner product with the centroid; the decoded vector does not
    // have it.
    boolean coarse = config.storedCopy() == RerankPrecision.NONE && config.bits() < Byte.SIZE;
    try (Directory directory = IndexFixtures.directory(folder);
        Directory plain = new NIOFSDirectory(folder)) {
      IndexFixtures.addSegment(directory, config, similarity, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory);
          DirectoryReader heap = DirectoryReader.open(plain)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
        int[] docs = {0, 3, 4, 77, 200, 399};
        for (float[] query : queries) {
          VectorScorer rescorer = values.rescorer(query);
          VectorScorer onHeap = IndexFixtures.values(heap.leaves().get(0)).rescorer(query);
          float[] some = values.rescore(query, docs);
          int next = 0;
          for (int doc = 0; doc < vectors.length; doc++) {
            assertEquals(doc, rescorer.iterator().nextDoc());
            assertEquals(doc, onHeap.iterator().nextDoc());
            float score = rescorer.score();
            float expected = similarity.compare(query, values.vectorValue(doc));
            // Terms of inner products cancel out, so the tolerance depends on the lengths.
            double size =
                switch (similarity) {
                  case EUCLIDEAN, COSINE -> expected;
                  case DOT_PRODUCT, MAXIMUM_INNER_PRODUCT -> length(query) * length(vectors[doc]);
                };
            assertEquals(expected, score, (coarse ? .4 : .01) * size, "document " + doc);
            assertEquals(score, onHeap.score(), 1e-4 * size);
            if (next < docs.length && docs[next] == doc) {
              assertEquals(score, some[next++], 1e-5 * size);
            }
          }
          assertEquals(docs.length, next);
        }
      }
      IndexFixtures.expectClean(directory);
    }
  }

  /** Without the full matrix every third combination, which together have all values. */
  static Stream<Arguments> oddCases() {
    List<Arguments> all =
        configsAndSimilarities()
            .flatMap(
                arguments ->
                    Stream.of(1, 3, 127, 1_030)
                        .map(d -> Arguments.of(arguments.get()[0], arguments.get()[1], d)))
            .toList();
    int step = Boolean.getBoolean("tests.full.matrix") ? 1 : 3;
    return IntStream.range(0, all.size()).filter(i -> i % step == 0).mapToObj(all::get);
  }

  /** Zero, equal, tiny and huge vectors among ordinary ones, merged. */
  @ParameterizedTest
  @MethodSource("oddCases")
  void oddVectorsHaveFiniteValuesAndScores(
      QuantizationConfig config, VectorSimilarityFunction similarity, int dimension)
      throws IOException {
    List<float[]> vectors =
        new ArrayList<>(Arrays.asList(VectorFixtures.normal(12, dimension, dimension)));
    vectors.add(vectors.get(3).clone());
    vectors.add(filled(dimension, .25f));
    vectors.add(filled(dimension, (float) (1e-18 / Math.sqrt(dimension))));
    boolean halves =
        config.precision() == Precision.FP16 || config.storedCopy() == RerankPrecision.FP16;
    if (similarity == COSINE || !halves) {
      vectors.add(filled(dimension, (float) (-9e18 / Math.sqrt(dimension))));
    }
    if (similarity != COSINE) {
      vectors.add(filled(dimension, 1e-40f));
      vectors.add(new float[dimension]);
    }
    float[][] all = vectors.toArray(float[][]::new);
    try (Directory directory = IndexFixtures.directory(folder)) {
      var format = IndexFixtures.hnsw(config);
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(format), similarity, 0, Arrays.copyOf(all, 5));
      IndexFixtures.addSegment(
          directory,
          IndexFixtures.config(format),
          similarity,
          5,
          Arrays.copyOfRange(all, 5, all.length));
      IndexFixtures.forceMerge(directory, IndexFixtures.config(format));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        for (int ord = 0; ord < all.length; ord++) {
          for (float component : values.vectorValue(ord)) {
            assertTrue(Float.isFinite(component), "component " + component);
          }
          if (similarity == COSINE) {
            double length = length(all[ord]);
            assertEquals(length, length(values.vectorValue(ord)), 1e-5 * length);
          }
          VectorScorer rescorer = values.rescorer(all[ord]);
          for (int doc = 0; doc < all.length; doc++) {
            rescorer.iterator().nextDoc();
            float score = rescorer.score();
            assertTrue(score >= 0 && Float.isFinite(score), "score " + score);
          }
        }
      }
      IndexFixtures.expectClean(directory);
    }
  }

  private static float[] filled(int dimension, float value) {
    float[] vector = new float[dimension];
    Arrays.fill(vector, value);
    return vector;
  }

  /** Equal vectors equal their centroid and are stored without error. */
  @ParameterizedTest
  @MethodSource("configs")
  void equalAndSingleVectorsAreStoredWithoutError(QuantizationConfig config) throws IOException {
    float[] vector = {3, -4, 12, .5f};
    for (int count : new int[] {1, 2, 40}) {
      float[][] vectors = new float[count][];
      Arrays.fill(vectors, vector);
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        try (Directory directory =
            IndexFixtures.directory(folder.resolve(similarity.name() + count))) {
          IndexFixtures.addSegment(directory, config, similarity, vectors);
          try (DirectoryReader reader = DirectoryReader.open(directory)) {
            QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
            assertArrayEquals(vector, values.vectorValue(count - 1), 2e-3f);
            assertEquals(0, values.quantization().fit().valueError(), 3e-4);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void fieldWithoutVectorsHasNoError(QuantizationConfig config) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, COSINE, new float[] {1, 2, 3}, null);
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
        writer.deleteDocuments(new Term("key", "0"));
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertEquals(0, values.size());
        assertNull(values.rescorer(new float[] {1, 2, 3}));
        assertTrue(Float.isNaN(values.quantization().fit().valueError()));
      }
      IndexFixtures.expectClean(directory);
    }
  }

  private static final float[] BEYOND_HALVES = {1, 70_000};

  @ParameterizedTest
  @EnumSource(names = {"BINARY", "INT8", "FP16"})
  void halfFloatsRejectVectorsOutOfRange(Precision precision) throws IOException {
    QuantizationConfig config = config(precision, RerankPrecision.FP16);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> IndexFixtures.addSegment(directory, config, EUCLIDEAN, BEYOND_HALVES));
      assertEquals(
          "field \"v\": expected magnitudes that fp16 can hold, at most 65504, got [70000.0] at"
              + " index [1]",
          e.getMessage());
    }
    assertNull(VectorLimits.indexingProblem(BEYOND_HALVES, COSINE, config));
    QuantizationConfig bytes = config(Precision.BINARY, RerankPrecision.INT8);
    assertNull(VectorLimits.indexingProblem(BEYOND_HALVES, EUCLIDEAN, bytes));
  }

  @Test
  void unitVectorsFitHalfFloats() throws IOException {
    QuantizationConfig config = config(Precision.BINARY, RerankPrecision.FP16);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, COSINE, BEYOND_HALVES, new float[] {3e9f, -1e9f});
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertArrayEquals(BEYOND_HALVES, values.vectorValue(0), 40);
        assertArrayEquals(new float[] {3e9f, -1e9f}, values.vectorValue(1), 2e6f);
      }
    }
  }

  static Stream<Arguments> damages() {
    return configs().stream()
        .flatMap(
            config ->
                Stream.of("truncated", "header", "flipped", "swapped")
                    .map(damage -> Arguments.of(config, damage)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damagedCopiesAreRejected(QuantizationConfig config, String damage) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, COSINE, VectorFixtures.clustered(200, 32, 1));
    }
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.filter(f -> f.toString().endsWith(".qvr")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case "truncated" -> bytes = Arrays.copyOf(bytes, bytes.length - 5);
      case "header" -> bytes[5] ^= 1;
      case "flipped" -> bytes[bytes.length / 2] ^= 4;
      default -> bytes = Files.readAllBytes(Path.of(file.toString().replace(".qvr", ".qvc")));
    }
    Files.write(file, bytes);
    IOException e =
        assertThrows(
            IOException.class,
            () -> {
              try (Directory directory = IndexFixtures.directory(folder);
                  DirectoryReader reader = DirectoryReader.open(directory)) {
                // As in Lucene, data in the middle of a large file are checked on request only.
                ((CodecReader) reader.leaves().get(0).reader()).checkIntegrity();
              }
            });
    assertTrue(
        e.toString().contains(".qvr"), () -> "expected a message with the file's name: " + e);
  }
}
