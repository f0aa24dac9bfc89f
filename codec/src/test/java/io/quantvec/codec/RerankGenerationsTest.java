/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares ten generations of merges with the same vectors written once. */
class RerankGenerationsTest {

  private static final int GENERATIONS = 10;
  private static final int FIRST = 1_200;
  private static final int EACH = 280;
  private static final int DIMENSION = 64;
  private static final int QUERIES = 300;
  private static final int K = 10;
  private static final int OVERSAMPLE = 5;

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    VectorSimilarityFunction cosine = VectorSimilarityFunction.COSINE;
    VectorSimilarityFunction euclidean = VectorSimilarityFunction.EUCLIDEAN;
    return Stream.of(
        Arguments.of(Precision.BINARY, RerankPrecision.INT8, cosine, .003),
        Arguments.of(Precision.BINARY, RerankPrecision.INT8, euclidean, .003),
        Arguments.of(Precision.BINARY, RerankPrecision.FP16, cosine, .003),
        Arguments.of(Precision.INT4, RerankPrecision.NONE, cosine, .01),
        Arguments.of(Precision.INT4, RerankPrecision.NONE, euclidean, .01));
  }

  /**
   * Vectors whose mean moves by a fifth of a standard deviation in total, as between kinds of text.
   */
  private static float[][] vectors() {
    float[][] all = VectorFixtures.clustered(FIRST + GENERATIONS * EACH, DIMENSION, 5);
    Random random = new Random(6);
    float[] direction = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      direction[d] = (float) random.nextGaussian();
    }
    for (int i = FIRST; i < all.length; i++) {
      int generation = 1 + (i - FIRST) / EACH;
      for (int d = 0; d < DIMENSION; d++) {
        all[i][d] += .03f * generation * direction[d];
      }
    }
    return all;
  }

  private static boolean isDeleted(int id) {
    return id % 9 == 4;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void recallStays(
      Precision precision,
      RerankPrecision rerank,
      VectorSimilarityFunction similarity,
      double mostLost)
      throws IOException {
    QuantizationConfig config = new QuantizationConfig(precision).withRerank(rerank);
    float[][] vectors = vectors();
    float[][] queries =
        IntStream.range(0, QUERIES).mapToObj(i -> query(vectors, i)).toArray(float[][]::new);
    int[] live = IntStream.range(0, vectors.length).filter(id -> !isDeleted(id)).toArray();
    float[][] kept = Arrays.stream(live).mapToObj(id -> vectors[id]).toArray(float[][]::new);
    int[][] truth = VectorFixtures.nearest(similarity, kept, queries, K);
    for (int[] nearest : truth) {
      for (int i = 0; i < K; i++) {
        nearest[i] = live[nearest[i]];
      }
    }
    try (Directory once = IndexFixtures.directory(folder.resolve("once"));
        Directory merged = IndexFixtures.directory(folder.resolve("merged"))) {
      try (IndexWriter writer = new IndexWriter(once, IndexFixtures.config(config))) {
        for (int id : live) {
          writer.addDocument(IndexFixtures.document(id, vectors[id], similarity));
        }
      }
      int encodedAnew = live(merged, config, similarity, vectors);
      assertTrue(encodedAnew > 0, "expected merges that re-encode vectors");
      try (DirectoryReader before = DirectoryReader.open(once);
          DirectoryReader after = DirectoryReader.open(merged)) {
        assertEquals(1, after.leaves().size());
        assertEquals(live.length, after.maxDoc());
        double expected = recall(before, queries, truth);
        double found = recall(after, queries, truth);
        assertTrue(found >= expected - mostLost, found + " after " + expected);
      }
    }
  }

  private static float[] query(float[][] vectors, int i) {
    Random random = new Random(i);
    float[] query = vectors[random.nextInt(vectors.length)].clone();
    for (int d = 0; d < query.length; d++) {
      query[d] += (float) (.3 * random.nextGaussian());
    }
    return query;
  }

  /**
   * Adds segments and merges each one with all previous segments.
   *
   * @return the number of re-encoded vectors of earlier segments, over all merges
   */
  private static int live(
      Directory directory,
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      float[][] vectors)
      throws IOException {
    int reencoded = 0;
    add(directory, config, similarity, vectors, 0, FIRST);
    for (int from = FIRST; from < vectors.length; from += EACH) {
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        if ((from - FIRST) / EACH == 4) {
          addIndex(directory, config, similarity, vectors, from);
        } else {
          add(directory, config, similarity, vectors, from, from + EACH);
        }
        try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
          for (int id = open.maxDoc() > FIRST ? from - EACH : 0; id < from; id++) {
            if (isDeleted(id)) {
              writer.deleteDocuments(new Term("key", Integer.toString(id)));
            }
          }
        }
        IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        reencoded += merged.vectors() - merged.provenance().copied();
      }
    }
    try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
      for (int id = 0; id < vectors.length; id++) {
        if (isDeleted(id)) {
          writer.deleteDocuments(new Term("key", Integer.toString(id)));
        }
      }
    }
    IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
    return reencoded;
  }

  /** Adds the segments of another index, which has its own calibration. */
  private static void addIndex(
      Directory directory,
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      float[][] vectors,
      int from)
      throws IOException {
    try (Directory other = new ByteBuffersDirectory();
        IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
      add(other, config, similarity, vectors, from, from + EACH);
      writer.addIndexes(other);
    }
  }

  private static void add(
      Directory directory,
      QuantizationConfig config,
      VectorSimilarityFunction similarity,
      float[][] vectors,
      int from,
      int to)
      throws IOException {
    IndexFixtures.addSegment(
        directory,
        IndexFixtures.config(config),
        similarity,
        from,
        Arrays.copyOfRange(vectors, from, to));
  }

  /** Recall of a scan of all codes, with rescoring if there is a rerank copy. */
  private static double recall(DirectoryReader reader, float[][] queries, int[][] truth)
      throws IOException {
    LeafReaderContext leaf = reader.leaves().get(0);
    QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
    boolean rescores = values.quantization().rerankCopy() != RerankPrecision.NONE;
    int[] ids = IndexFixtures.ids(leaf);
    int found = 0;
    for (int q = 0; q < queries.length; q++) {
      VectorScorer scorer =
          rescores ? values.candidateScorer(queries[q]) : values.scorer(queries[q]);
      ScoreDoc[] candidates = new ScoreDoc[ids.length];
      for (int doc = 0; doc < ids.length; doc++) {
        scorer.iterator().nextDoc();
        candidates[doc] = new ScoreDoc(doc, scorer.score());
      }
      Comparator<ScoreDoc> best = Comparator.comparingDouble(hit -> -hit.score);
      Arrays.sort(candidates, best);
      if (rescores) {
        int[] docs =
            Arrays.stream(candidates, 0, K * OVERSAMPLE).mapToInt(c -> c.doc).sorted().toArray();
        float[] scores = values.rescore(queries[q], docs);
        candidates = new ScoreDoc[docs.length];
        for (int i = 0; i < docs.length; i++) {
          candidates[i] = new ScoreDoc(docs[i], scores[i]);
        }
        Arrays.sort(candidates, best);
      }
      Set<Integer> hits = new HashSet<>();
      for (int i = 0; i < K; i++) {
        hits.add(ids[candidates[i].doc]);
      }
      found += (int) Arrays.stream(truth[q]).filter(hits::contains).count();
    }
    return found / (double) (queries.length * K);
  }
}
