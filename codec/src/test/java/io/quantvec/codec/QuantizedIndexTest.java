/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.VectorLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Indexes with unusual vectors and sizes, damaged files, and the sizes of files. */
class QuantizedIndexTest {

  @TempDir Path folder;

  private static IndexWriterConfig config(KnnVectorsFormat format) {
    return new IndexWriterConfig()
        .setCodec(TestUtil.alwaysKnnVectorsFormat(format))
        .setUseCompoundFile(false)
        .setMergePolicy(new LogDocMergePolicy());
  }

  private static KnnVectorsFormat hnsw(Precision precision) {
    return new QuantizedHnswVectorsFormat(new QuantizationConfig(precision), 16, 100, 1, null, 0);
  }

  private static Document document(float[] vector, VectorSimilarityFunction similarity) {
    FieldType type = new FieldType();
    type.setVectorAttributes(vector.length, VectorEncoding.FLOAT32, similarity);
    type.freeze();
    Document document = new Document();
    document.add(new KnnFloatVectorField("v", vector, type));
    return document;
  }

  private static void write(
      Directory directory,
      KnnVectorsFormat format,
      VectorSimilarityFunction similarity,
      List<float[]> vectors)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config(format))) {
      for (int i = 0; i < vectors.size(); i++) {
        writer.addDocument(document(vectors.get(i), similarity));
        if (i == vectors.size() / 2) {
          writer.flush();
        }
      }
      writer.forceMerge(1);
    }
  }

  private static ScoreDoc[] search(Directory directory, float[] query, int k) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      LeafReader leaf = reader.leaves().get(0).reader();
      TopKnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE);
      leaf.searchNearestVectors(
          "v", query, collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
      return collector.topDocs().scoreDocs;
    }
  }

  /**
   * Every precision and similarity with dimensions that do not fill a word and with the largest
   * dimensions. Without the full matrix, the latter have one similarity per precision.
   */
  static Stream<Arguments> oddCases() {
    boolean all = Boolean.getBoolean("tests.full.matrix");
    List<Arguments> cases = new ArrayList<>();
    for (Precision precision : VectorFixtures.namedPrecisions()) {
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        boolean turn = (precision.ordinal() + similarity.ordinal()) % 4 == 0;
        for (int dimension : new int[] {1, 3, 127, 4_096, 16_000}) {
          if (all || turn || dimension < 1_000) {
            cases.add(Arguments.of(precision, similarity, dimension));
          }
        }
      }
    }
    return cases.stream();
  }

  /** Zero, equal, tiny and (if the precision can store them) huge vectors among ordinary ones. */
  private static List<float[]> oddVectors(
      Precision precision, VectorSimilarityFunction similarity, int dimension) {
    Random random = new Random(dimension);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      vectors.add(vector);
    }
    vectors.add(vectors.get(3).clone());
    float[] constant = new float[dimension];
    Arrays.fill(constant, 0.25f);
    vectors.add(constant);
    if (precision != Precision.FP16) {
      float[] huge = new float[dimension];
      Arrays.fill(huge, (float) (9e18 / Math.sqrt(dimension)));
      vectors.add(huge);
    }
    if (similarity != VectorSimilarityFunction.COSINE) {
      float[] tiny = new float[dimension];
      Arrays.fill(tiny, 1e-33f);
      vectors.add(tiny);
      vectors.add(new float[dimension]);
    }
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("oddCases")
  void oddVectorsAreFoundWithFiniteScores(
      Precision precision, VectorSimilarityFunction similarity, int dimension) throws IOException {
    List<float[]> vectors = oddVectors(precision, similarity, dimension);
    try (Directory directory = new MMapDirectory(folder)) {
      write(directory, hnsw(precision), similarity, vectors);
      for (float[] query : vectors) {
        ScoreDoc[] hits = search(directory, query, vectors.size());
        assertEquals(vectors.size(), hits.length);
        for (ScoreDoc hit : hits) {
          assertTrue(hit.score >= 0 && Float.isFinite(hit.score), "score " + hit.score);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        FloatVectorValues values = reader.leaves().get(0).reader().getFloatVectorValues("v");
        for (int ord = 0; ord < vectors.size(); ord++) {
          assertArrayEquals(vectors.get(ord), values.vectorValue(ord));
        }
      }
      assertTrue(new CheckIndex(directory).checkIndex().clean);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, mode = EnumSource.Mode.EXCLUDE, names = "BITS")
  void singleVectorEqualsItsCentroidAndScoresExactly(Precision precision) throws IOException {
    float[] vector = {3, -4, 12};
    float[] query = {1, 2, 3};
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      try (Directory directory = new MMapDirectory(folder.resolve(similarity.name()))) {
        write(directory, hnsw(precision), similarity, List.of(vector));
        ScoreDoc[] hits = search(directory, query, 10);
        assertEquals(1, hits.length);
        float exact = similarity.compare(query, vector);
        assertEquals(exact, hits[0].score, 1e-3f * exact, similarity + " " + precision);
      }
    }
  }

  @Test
  void directoriesWithoutMemoryMappingScoreEqually() throws IOException {
    Random random = new Random(3);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      float[] vector = new float[75];
      for (int d = 0; d < vector.length; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      vectors.add(vector);
    }
    for (Precision precision : VectorFixtures.namedPrecisions()) {
      Path path = folder.resolve(precision.label());
      try (Directory mapped = new MMapDirectory(path);
          Directory plain = new NIOFSDirectory(path)) {
        write(mapped, hnsw(precision), VectorSimilarityFunction.EUCLIDEAN, vectors);
        for (float[] query : vectors.subList(0, 20)) {
          ScoreDoc[] expected = search(mapped, query, 10);
          ScoreDoc[] found = search(plain, query, 10);
          for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i].doc, found[i].doc);
            // Integer kernels agree exactly, float kernels up to the order of additions.
            boolean floats = precision == Precision.FP16 || precision == Precision.INT8;
            float tolerance = floats ? 1e-4f : 0f;
            assertEquals(expected[i].score, found[i].score, tolerance);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, mode = EnumSource.Mode.EXCLUDE, names = "BITS")
  void fileSizesMatchTheFormat(Precision precision) throws IOException {
    int dimension = 100;
    int count = 300;
    List<float[]> vectors = Arrays.asList(VectorFixtures.clustered(count, dimension, 1));
    try (Directory directory = new MMapDirectory(folder)) {
      write(directory, hnsw(precision), VectorSimilarityFunction.EUCLIDEAN, vectors);
      // A code plus eight bytes of correction terms. Learned codes have whole lanes of two bytes,
      // and no more than the budget allows.
      int most =
          switch (precision) {
            case FP16 -> 200;
            case INT8 -> 108;
            // So few vectors get the safe budget, which is that of int4.
            case INT4, AUTO -> 50 + 8;
            case BINARY -> 12 + 8;
            case INT2 -> 25 + 8;
            case TERNARY -> 20 + 8;
            case BITS -> throw new AssertionError("no budget");
          };
      // A dense field has only a header and a footer around its records.
      double record = (fileSize(directory, ".qvc") - 214) / (double) count;
      assertTrue(record > most - 4 && record < most + 1, precision + ": " + record);
      assertEquals(400, (fileSize(directory, ".qvr") - 150) / count, 1);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        CodecReader leaf = (CodecReader) reader.leaves().get(0).reader();
        var sizes = leaf.getVectorReader().getOffHeapByteSize(leaf.getFieldInfos().fieldInfo("v"));
        assertEquals(0, sizes.get("veq") % count);
        assertEquals(record, sizes.get("veq") / (double) count, 1);
        assertEquals((400L + 4) * count, sizes.get("vec"));
        assertTrue(sizes.get("vex") > 0);
      }
    }
  }

  private static long fileSize(Directory directory, String extension) throws IOException {
    long size = 0;
    for (String file : directory.listAll()) {
      if (file.endsWith(extension)) {
        size += directory.fileLength(file);
      }
    }
    return size;
  }

  /** Each file of the format with each kind of damage. */
  static Stream<Arguments> damages() {
    return Stream.of("qvm", "qvk", "qvc", "qvr", "qve")
        .flatMap(
            extension ->
                Stream.of("truncated", "emptied", "removed", "header", "flipped")
                    .map(damage -> Arguments.of(extension, damage)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damagedFilesAreRejected(String extension, String damage) throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      write(
          directory,
          hnsw(Precision.INT4),
          VectorSimilarityFunction.COSINE,
          Arrays.asList(VectorFixtures.clustered(200, 32, 1)));
    }
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.filter(f -> f.toString().endsWith("." + extension)).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case "truncated" -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));
      case "emptied" -> Files.write(file, new byte[0]);
      case "removed" -> Files.delete(file);
      case "header" -> {
        bytes[5] ^= 1;
        Files.write(file, bytes);
      }
      default -> {
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
      }
    }
    IOException e =
        assertThrows(
            IOException.class,
            () -> {
              try (Directory directory = new MMapDirectory(folder);
                  DirectoryReader reader = DirectoryReader.open(directory)) {
                // As in Lucene, data in the middle of a large file are checked on request only.
                ((CodecReader) reader.leaves().get(0).reader()).checkIntegrity();
              }
            });
    assertTrue(
        Stream.of(e.toString(), String.valueOf(e.getCause()))
            .anyMatch(text -> text.contains("." + extension)),
        () -> "expected a message with the file's name: " + e);
  }

  /** Vectors whose scores would not be finite, and the expected error messages. */
  static Stream<Arguments> rejectedVectors() {
    VectorSimilarityFunction cosine = VectorSimilarityFunction.COSINE;
    VectorSimilarityFunction product = VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    return Stream.of(
        Arguments.of(
            Precision.FP16,
            product,
            new float[] {1, 70_000},
            "expected magnitudes that fp16 can hold, at most 65504, got [70000.0] at index [1]"),
        Arguments.of(
            Precision.INT8,
            product,
            new float[] {1e38f, 1},
            "expected a vector of length at most [9.2233715E18], got length [1.0E38]"),
        Arguments.of(
            Precision.BINARY,
            cosine,
            new float[] {0, 1e-30f},
            "expected a vector of length at least [1.0842022E-19] for cosine, got length [1.0E-30]"));
  }

  @ParameterizedTest
  @MethodSource("rejectedVectors")
  void vectorWithoutFiniteScoresFailsItsDocumentOnly(
      Precision precision, VectorSimilarityFunction similarity, float[] vector, String problem)
      throws IOException {
    try (Directory directory = new MMapDirectory(folder)) {
      try (IndexWriter writer = new IndexWriter(directory, config(hnsw(precision)))) {
        writer.addDocument(document(new float[] {1, 2}, similarity));
        IllegalArgumentException e =
            assertThrows(
                IllegalArgumentException.class,
                () -> writer.addDocument(document(vector, similarity)));
        assertEquals("field \"v\": " + problem, e.getMessage());
        writer.addDocument(document(new float[] {3, 4}, similarity));
      }
      assertEquals(2, search(directory, new float[] {1, 1}, 10).length);
    }
  }

  @Test
  void segmentsOfDifferentPrecisionsMerge() throws IOException {
    List<float[]> vectors = Arrays.asList(VectorFixtures.clustered(400, 40, 1));
    Precision[] order = {
      Precision.BINARY, Precision.FP16, Precision.INT4, Precision.INT8, Precision.BINARY
    };
    try (Directory directory = new MMapDirectory(folder)) {
      for (Precision precision : order) {
        try (IndexWriter writer = new IndexWriter(directory, config(hnsw(precision)))) {
          for (float[] vector : vectors) {
            writer.addDocument(document(vector, VectorSimilarityFunction.EUCLIDEAN));
          }
          writer.forceMerge(1);
        }
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertEquals(1, reader.leaves().size());
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        FloatVectorValues values = reader.leaves().get(0).reader().getFloatVectorValues("v");
        assertEquals(order.length * vectors.size(), values.size());
        // The full precision vectors survived every merge.
        for (int ord = 0; ord < values.size(); ord++) {
          assertArrayEquals(vectors.get(ord % vectors.size()), values.vectorValue(ord));
        }
      }
    }
  }

  @Test
  void scorerUsesCodesAndRescorerUsesFloats() throws IOException {
    List<float[]> vectors = Arrays.asList(VectorFixtures.clustered(300, 64, 1));
    float[] query = VectorFixtures.clustered(1, 64, 2)[0];
    try (Directory directory = new MMapDirectory(folder)) {
      write(directory, hnsw(Precision.BINARY), VectorSimilarityFunction.EUCLIDEAN, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        FloatVectorValues values = reader.leaves().get(0).reader().getFloatVectorValues("v");
        VectorScorer codes = values.scorer(query);
        VectorScorer exact = values.rescorer(query);
        boolean differs = false;
        for (int doc = 0; doc < vectors.size(); doc++) {
          assertEquals(doc, codes.iterator().nextDoc());
          assertEquals(doc, exact.iterator().nextDoc());
          float expected = VectorSimilarityFunction.EUCLIDEAN.compare(query, vectors.get(doc));
          assertEquals(expected, exact.score(), 1e-6f * (1 + expected));
          assertEquals(expected, codes.score(), expected);
          differs |= Math.abs(expected - codes.score()) > 1e-3f * expected;
        }
        assertTrue(differs, "expected inexact scores of 1 bit per dimension");
      }
    }
  }

  @Test
  void formatsAreFoundByNameAndDescribeTheirConfiguration() {
    assertInstanceOf(
        QuantizedFlatVectorsFormat.class,
        KnnVectorsFormat.forName(QuantizedFlatVectorsFormat.NAME));
    assertInstanceOf(
        QuantizedHnswVectorsFormat.class,
        KnnVectorsFormat.forName(QuantizedHnswVectorsFormat.NAME));
    String text =
        new QuantizedHnswVectorsFormat(new QuantizationConfig(Precision.BINARY), 7, 77).toString();
    assertTrue(text.contains("m=7") && text.contains("efConstruction=77"), text);
    assertTrue(text.contains("approximateThreshold=3000"), text);
    assertTrue(text.contains("BINARY") && text.contains("FP32"), text);
    assertEquals(16_000, KnnVectorsFormat.forName("QuantvecHnsw").getMaxDimensions("v"));
  }

  @Test
  void vectorsOutOfLimitsAreRejected() {
    VectorSimilarityFunction cosine = VectorSimilarityFunction.COSINE;
    VectorSimilarityFunction euclidean = VectorSimilarityFunction.EUCLIDEAN;
    float[] zero = {0, 0};
    assertEquals(
        "expected a vector with a direction for cosine, got a zero vector",
        VectorLimits.problem(zero, cosine));
    assertNull(VectorLimits.problem(zero, euclidean));
    assertEquals(
        "expected finite numbers, got [NaN] at index [1]",
        VectorLimits.problem(new float[] {1, Float.NaN}, euclidean));
    float[] longest = {9.2233e18f, 0};
    float[] opposite = {-9.2233e18f, 0};
    assertNull(VectorLimits.problem(longest, euclidean));
    assertTrue(Float.isFinite(VectorUtil.squareDistance(longest, opposite)));
    float[] shortest = {1.0843e-19f, 0};
    assertNull(VectorLimits.problem(shortest, cosine));
    assertEquals(1f, VectorUtil.cosine(shortest, shortest), 1e-6f);
  }

  @Test
  void parametersOutOfRangeAreRejected() {
    QuantizationConfig config = QuantizationConfig.DEFAULT;
    for (int[] pair : new int[][] {{0, 100}, {513, 100}, {16, 0}, {16, 3_201}}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new QuantizedHnswVectorsFormat(config, pair[0], pair[1]));
      assertTrue(e.getMessage().contains("must be between 1 and"), e.getMessage());
    }
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new QuantizedHnswVectorsFormat(config, 16, 100, 1, null, -2));
    assertEquals("[approximate_threshold] must be at least -1, got [-2]", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Precision.fromLabel("int3"));
    assertEquals(4, Precision.fromLabel("int4").bits());
    assertThrows(IllegalArgumentException.class, () -> RerankPrecision.fromLabel("fp8"));
  }
}
