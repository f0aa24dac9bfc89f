/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.DefaultRescoring;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Codes of an automatically chosen budget meet their recall target in a real index, by exact
 * neighbors, and are not larger than necessary.
 */
class AutoPrecisionTest {

  private static final int K = 10;

  private static final int VECTORS = 6_000;

  private static final int QUERIES = 300;

  private static final int DIMENSION = 48;

  /** Tolerated shortfall of recall. */
  private static final double MISSED = 0.01;

  /** Maximum size of the codes relative to the smallest fixed precision that meets the target. */
  private static final double BYTES = 1.25;

  @TempDir Path folder;

  /** Distributions of vectors. */
  private enum Distribution {
    ISOTROPIC,
    ONE_DOMINANT_DIRECTION,
    CLUSTERED;

    float[][] vectors(int count, int dimension, long seed) {
      Random centers = new Random(99);
      float[][] means = new float[40][dimension];
      for (float[] mean : means) {
        for (int d = 0; d < dimension; d++) {
          mean[d] = (float) centers.nextGaussian();
        }
      }
      Random random = new Random(seed);
      float[][] vectors = new float[count][dimension];
      for (float[] vector : vectors) {
        float[] mean = means[random.nextInt(means.length)];
        for (int d = 0; d < dimension; d++) {
          float value = (float) random.nextGaussian();
          vector[d] =
              switch (this) {
                case ISOTROPIC -> value;
                case ONE_DOMINANT_DIRECTION -> d == 5 ? 10 * value : value;
                case CLUSTERED -> mean[d] + .4f * value;
              };
        }
      }
      return vectors;
    }
  }

  /** The recall of a segment with default settings, and the bytes per code. */
  private record Found(double recall, int bytes, SegmentField quantization) {}

  private Found found(
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      float[][] vectors,
      float[][] queries,
      double[] nearest)
      throws IOException {
    Path place = folder.resolve(config.toString().replaceAll("[^A-Za-z0-9.]", "_"));
    try (Directory directory = IndexFixtures.directory(place)) {
      IndexFixtures.addSegment(directory, config, similarity, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField quantization = IndexFixtures.quantization(reader, 0);
        LeafReader leaf = reader.leaves().get(0).reader();
        int rescored =
            DefaultRescoring.candidates(quantization.config(), vectors[0].length, false, K);
        int found = 0;
        for (int q = 0; q < queries.length; q++) {
          ScoreDoc[] hits = search(leaf, queries[q], Math.max(K, rescored));
          for (int i = 0; i < Math.min(K, hits.length); i++) {
            float exact = similarity.compare(queries[q], vectors[hits[i].doc]);
            found += exact >= nearest[q] - 1e-7 ? 1 : 0;
          }
        }
        double recall = (double) found / (K * queries.length);
        return new Found(recall, quantization.codeBytes(), quantization);
      }
    }
  }

  /**
   * The scores of the queries' K-th neighbors. A hit counts by its score, because vectors can be
   * equal.
   */
  private static double[] nearest(
      VectorSimilarityFunction similarity, float[][] vectors, float[][] queries) {
    double[] nearest = new double[queries.length];
    double[] scores = new double[vectors.length];
    for (int q = 0; q < queries.length; q++) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] = similarity.compare(queries[q], vectors[i]);
      }
      Arrays.sort(scores);
      nearest[q] = scores[scores.length - K];
    }
    return nearest;
  }

  private static ScoreDoc[] search(LeafReader leaf, float[] query, int candidates)
      throws IOException {
    TopKnnCollector collector = new TopKnnCollector(candidates, Integer.MAX_VALUE);
    QuantizedFloatVectorValues values = (QuantizedFloatVectorValues) leaf.getFloatVectorValues("v");
    // Like a search of the plugin, which rounds the query more if candidates are rescored.
    VectorScorer codes = candidates > K ? values.candidateScorer(query) : values.scorer(query);
    DocIdSetIterator docs = codes.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      collector.collect(doc, codes.score());
    }
    ScoreDoc[] hits = collector.topDocs().scoreDocs;
    if (candidates > K) {
      Arrays.sort(hits, Comparator.comparingInt(hit -> hit.doc));
      VectorScorer scorer = values.rescorer(query);
      for (ScoreDoc hit : hits) {
        scorer.iterator().advance(hit.doc);
        hit.score = scorer.score();
      }
      Arrays.sort(hits, Comparator.comparingDouble(hit -> -hit.score));
    }
    return hits;
  }

  private static QuantizationConfig auto(
      double target, Allocation allocation, RerankPrecision rerank) {
    return new QuantizationConfig(
        Precision.AUTO, Double.NaN, allocation, rerank, CalibrationConfig.DYNAMIC, target);
  }

  @ParameterizedTest
  @CsvSource({
    "ISOTROPIC, EUCLIDEAN, .9, MIXED, FP32",
    "ISOTROPIC, COSINE, .95, MIXED, FP32",
    "ISOTROPIC, EUCLIDEAN, .95, MIXED, INT8",
    "ISOTROPIC, EUCLIDEAN, .95, UNIFORM, FP32",
    "ISOTROPIC, EUCLIDEAN, .9, MIXED, NONE",
    "ISOTROPIC, MAXIMUM_INNER_PRODUCT, .99, MIXED, FP32",
    "ONE_DOMINANT_DIRECTION, EUCLIDEAN, .9, MIXED, FP32",
    "ONE_DOMINANT_DIRECTION, EUCLIDEAN, .95, MIXED, FP16",
    "ONE_DOMINANT_DIRECTION, COSINE, .95, MIXED, NONE",
    "ONE_DOMINANT_DIRECTION, MAXIMUM_INNER_PRODUCT, .95, MIXED, FP32",
    "CLUSTERED, EUCLIDEAN, .95, MIXED, FP32",
    "CLUSTERED, COSINE, .98, MIXED, FP32",
    "CLUSTERED, EUCLIDEAN, .95, UNIFORM, FP32",
    "CLUSTERED, EUCLIDEAN, .97, MIXED, NONE"
  })
  void chosenBudgetMeetsTheTargetWithFewBytes(
      Distribution distribution,
      VectorSimilarityFunction similarity,
      double target,
      Allocation allocation,
      RerankPrecision rerank)
      throws IOException {
    float[][] vectors = distribution.vectors(VECTORS, DIMENSION, 1);
    float[][] queries = distribution.vectors(QUERIES, DIMENSION, 2);
    double[] nearest = nearest(similarity, vectors, queries);
    Found chosen = found(auto(target, allocation, rerank), similarity, vectors, queries, nearest);
    BudgetChoice budget = chosen.quantization.provenance().budget();
    String what =
        chosen.quantization.config().bits()
            + " bits, "
            + chosen.bytes
            + " bytes, expected "
            + budget.expectedRecall()
            + ", found "
            + chosen.recall;
    assertTrue(chosen.recall >= target - MISSED, what);
    assertEquals(chosen.recall, budget.expectedRecall(), .02, what);
    assertEquals(VECTORS, budget.vectors());
    for (Precision precision : VectorFixtures.namedPrecisions()) {
      if (precision == Precision.AUTO) {
        continue;
      }
      Found fixed =
          found(
              new QuantizationConfig(precision, allocation).withRerank(rerank),
              similarity,
              vectors,
              queries,
              nearest);
      if (fixed.recall >= target) {
        assertTrue(
            chosen.bytes <= BYTES * fixed.bytes,
            what
                + "; "
                + precision
                + " takes "
                + fixed.bytes
                + " with a recall of "
                + fixed.recall);
      }
    }
  }
}
