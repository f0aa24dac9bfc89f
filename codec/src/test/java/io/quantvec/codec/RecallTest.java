/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.records.RecordReaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
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
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.VectorUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Recall against exact neighbors, of codes alone and after candidates are rescored in full
 * precision.
 */
class RecallTest {

  private static final int K = 10;

  @TempDir Path folder;

  /** Recall at 10 without and with rescoring. */
  private record Recall(double codes, double rescored) {}

  private Directory index(
      KnnVectorsFormat format, VectorSimilarityFunction similarity, float[][] vectors)
      throws IOException {
    return index(format, similarity, vectors, Set.of(vectors.length));
  }

  /**
   * @param mergeAt numbers of vectors after which all segments are merged
   */
  private Directory index(
      KnnVectorsFormat format,
      VectorSimilarityFunction similarity,
      float[][] vectors,
      Set<Integer> mergeAt)
      throws IOException {
    Directory directory = new MMapDirectory(folder);
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setCodec(TestUtil.alwaysKnnVectorsFormat(format))
            .setUseCompoundFile(false)
            // Documents keep the order in which they were added, so a document's number is its id.
            .setMergePolicy(new LogDocMergePolicy());
    FieldType type = new FieldType();
    type.setVectorAttributes(vectors[0].length, VectorEncoding.FLOAT32, similarity);
    type.freeze();
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < vectors.length; i++) {
        Document document = new Document();
        document.add(new KnnFloatVectorField("v", vectors[i], type));
        writer.addDocument(document);
        if (i == vectors.length * 2 / 3) {
          writer.flush();
        }
        if (mergeAt.contains(i + 1)) {
          writer.forceMerge(1);
        }
      }
    }
    return directory;
  }

  private static Recall recall(
      Directory directory, float[][] queries, int[][] truth, int ef, int oversample)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(1, reader.leaves().size());
      LeafReader leaf = reader.leaves().get(0).reader();
      double codes = 0;
      double rescored = 0;
      for (int q = 0; q < queries.length; q++) {
        TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
        leaf.searchNearestVectors(
            "v", queries[q], collector, AcceptDocs.fromLiveDocs(null, leaf.maxDoc()));
        ScoreDoc[] hits = collector.topDocs().scoreDocs;
        codes += overlap(truth[q], Arrays.copyOf(hits, Math.min(K, hits.length)));
        ScoreDoc[] candidates = Arrays.copyOf(hits, Math.min(K * oversample, hits.length));
        rescored += overlap(truth[q], rescore(leaf, queries[q], candidates));
      }
      return new Recall(codes / queries.length / K, rescored / queries.length / K);
    }
  }

  private static ScoreDoc[] rescore(LeafReader leaf, float[] query, ScoreDoc[] candidates)
      throws IOException {
    List<ScoreDoc> byDoc = new ArrayList<>(Arrays.asList(candidates));
    byDoc.sort(Comparator.comparingInt(hit -> hit.doc));
    VectorScorer scorer = leaf.getFloatVectorValues("v").rescorer(query);
    for (ScoreDoc hit : byDoc) {
      scorer.iterator().advance(hit.doc);
      hit.score = scorer.score();
    }
    byDoc.sort(Comparator.comparingDouble(hit -> -hit.score));
    return byDoc.subList(0, Math.min(K, byDoc.size())).toArray(ScoreDoc[]::new);
  }

  private static int overlap(int[] truth, ScoreDoc[] hits) {
    int found = 0;
    for (ScoreDoc hit : hits) {
      for (int i = 0; i < K; i++) {
        if (truth[i] == hit.doc) {
          found++;
        }
      }
    }
    return found;
  }

  /** The floors lie a point or more under what was measured. */
  private static double floor(Precision precision) {
    return switch (precision) {
      case FP16 -> .995;
      case INT8 -> .98;
      case INT4 -> .86;
      case INT2 -> .65;
      case TERNARY -> .55;
      case BINARY -> .5;
      // Fewer candidates than the chosen budget expects.
      case AUTO -> .1;
      case BITS -> throw new IllegalArgumentException("no budget");
    };
  }

  /** Both values in the full matrix, otherwise one of them in turn. */
  private static List<Boolean> graphs(Precision precision, VectorSimilarityFunction similarity) {
    return Boolean.getBoolean("tests.full.matrix")
        ? List.of(false, true)
        : List.of((precision.ordinal() + similarity.ordinal()) % 2 == 0);
  }

  @ParameterizedTest
  @EnumSource(VectorSimilarityFunction.class)
  void everyPrecisionFindsNeighborsOfSeededVectors(VectorSimilarityFunction similarity)
      throws IOException {
    float[][] vectors = VectorFixtures.clustered(3_000, 96, 1);
    float[][] queries = VectorFixtures.clustered(100, 96, 2);
    if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
      for (float[][] set : new float[][][] {vectors, queries}) {
        for (float[] vector : set) {
          VectorUtil.l2normalize(vector);
        }
      }
    }
    int[][] truth = VectorFixtures.nearest(similarity, vectors, queries, K);
    for (Precision precision : VectorFixtures.namedPrecisions()) {
      for (boolean graph : graphs(precision, similarity)) {
        QuantizationConfig config = new QuantizationConfig(precision);
        KnnVectorsFormat format =
            graph ? IndexFixtures.hnsw(config) : new QuantizedFlatVectorsFormat(config);
        try (Directory directory = index(format, similarity, vectors)) {
          Recall recall = recall(directory, queries, truth, 200, 10);
          String what = similarity + " " + format + ": " + recall;
          assertTrue(recall.codes > floor(precision), what);
          assertTrue(recall.rescored > .97, what);
          clear(directory);
        }
      }
    }
  }

  /**
   * 2 % of the vectors lie in a cluster, all queries are near that cluster, and the data have no
   * other structure. Codes along principal axes found 0.05 of the nearest vectors.
   */
  @ParameterizedTest
  @CsvSource({"64, .6, .8", "64, .8, .95", "384, .6, .98", "384, .8, .98"})
  void smallClustersAreFound(int dimension, double closeness, double floor) throws IOException {
    Random random = new Random(7);
    float[][] centers = {gaussian(random, dimension), gaussian(random, dimension)};
    float[][] vectors = new float[4_080][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = near(random, centers[i % 51 == 0 ? 1 : 0], closeness);
    }
    float[][] queries = new float[40][];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = near(random, centers[1], closeness);
    }
    for (VectorSimilarityFunction similarity :
        new VectorSimilarityFunction[] {
          VectorSimilarityFunction.EUCLIDEAN, VectorSimilarityFunction.DOT_PRODUCT
        }) {
      int[][] truth = VectorFixtures.nearest(similarity, vectors, queries, K);
      for (Precision precision : List.of(Precision.BINARY, Precision.INT2, Precision.INT4)) {
        KnnVectorsFormat format = new QuantizedFlatVectorsFormat(new QuantizationConfig(precision));
        try (Directory directory = index(format, similarity, vectors)) {
          Recall recall = recall(directory, queries, truth, 100, 10);
          assertTrue(recall.rescored > floor, similarity + " " + precision + ": " + recall);
          clear(directory);
        }
      }
    }
  }

  private static float[] gaussian(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return VectorUtil.l2normalize(vector);
  }

  /** A unit vector that is a weighted sum of the center and a random vector. */
  private static float[] near(Random random, float[] center, double closeness) {
    float[] vector = gaussian(random, center.length);
    double rest = Math.sqrt(1 - closeness * closeness);
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) (closeness * center[d] + rest * vector[d]);
    }
    return VectorUtil.l2normalize(vector);
  }

  /** Inherited calibrations and copied codes keep recall over many merges. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"INT8", "INT4", "BINARY"})
  void repeatedMergesKeepRecall(Precision precision) throws IOException {
    float[][] vectors = VectorFixtures.clustered(6_000, 96, 1);
    float[][] queries = VectorFixtures.clustered(100, 96, 2);
    VectorSimilarityFunction similarity = VectorSimilarityFunction.COSINE;
    int[][] truth = VectorFixtures.nearest(similarity, vectors, queries, K);
    KnnVectorsFormat format = new QuantizedFlatVectorsFormat(new QuantizationConfig(precision));
    // Both indexes learn from the first 4,000 vectors. Then one merges once and the other ten
    // times.
    Set<Integer> once = Set.of(6_000);
    Set<Integer> often = new HashSet<>();
    for (int i = 1; i <= 10; i++) {
      often.add(4_000 + 200 * i);
    }
    List<Recall> recalls = new ArrayList<>();
    for (Set<Integer> mergeAt : List.of(once, often)) {
      try (Directory directory = index(format, similarity, vectors, mergeAt)) {
        recalls.add(recall(directory, queries, truth, 50, 5));
        clear(directory);
      }
    }
    assertEquals(recalls.get(0), recalls.get(1));
  }

  private static void clear(Directory directory) throws IOException {
    for (String file : directory.listAll()) {
      directory.deleteFile(file);
    }
  }

  /** The floors lie a point or more under what was measured. */
  @ParameterizedTest
  @CsvSource({
    "debian-minilm-384, FP16, FP32, .999, .999",
    "debian-minilm-384, INT8, FP32, .98, .999",
    "debian-minilm-384, INT4, FP32, .93, .999",
    "debian-minilm-384, INT4, NONE, .93, .93",
    "debian-minilm-384, BINARY, FP32, .74, .98",
    "debian-minilm-384, BINARY, FP16, .74, .98",
    "debian-minilm-384, BINARY, INT8, .74, .98",
    "words-100, FP16, FP32, .999, .999",
    "words-100, INT8, FP32, .975, .999",
    "words-100, INT4, FP32, .87, .999",
    "words-100, BINARY, FP32, .33, .70",
    "words-100, BINARY, INT8, .33, .70"
  })
  void codesFindNeighborsOfRealVectors(
      String name, Precision precision, RerankPrecision rerank, double codes, double rescored)
      throws IOException {
    Path data = Path.of(System.getProperty("quantvec.data", "none"));
    assumeTrue(
        Files.isRegularFile(data.resolve(name + ".base.f16bin")),
        "no real embeddings in " + data + ": set -Dquantvec.data to a folder with embeddings");
    boolean all = Boolean.getBoolean("tests.full.matrix");
    float[][] vectors =
        VectorFixtures.readHalves(
            data.resolve(name + ".base.f16bin"), all ? Integer.MAX_VALUE : 10_000);
    // Among all vectors, the recall of a hundred queries differs by up to a point from that of a
    // thousand.
    float[][] queries =
        VectorFixtures.readHalves(data.resolve(name + ".query.f16bin"), all ? 1_000 : 100);
    int[][] truth = VectorFixtures.nearest(VectorSimilarityFunction.COSINE, vectors, queries, K);
    QuantizationConfig config = new QuantizationConfig(precision).withRerank(rerank);
    KnnVectorsFormat format = new QuantizedFlatVectorsFormat(config);
    try (Directory directory = index(format, VectorSimilarityFunction.COSINE, vectors)) {
      Recall recall = recall(directory, queries, truth, 50, 5);
      System.out.println(name + " " + format + ": " + recall);
      assertTrue(recall.codes >= codes, name + " " + format + ": " + recall);
      assertTrue(recall.rescored >= rescored, name + " " + format + ": " + recall);
    }
  }

  @Test
  void mappedMemoryIsScoredWithTheVectorApi() {
    assertTrue(RecordReaders.kernels().startsWith("panama-"), RecordReaders.kernels());
  }
}
