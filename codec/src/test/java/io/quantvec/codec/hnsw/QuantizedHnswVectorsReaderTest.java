/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.search.CandidateSearchStrategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.FixedBitSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches of one segment with a graph, compared with Lucene's searcher. */
class QuantizedHnswVectorsReaderTest {

  /** Enough vectors that a search for 500 is expected to visit less than 90 % of them. */
  private static final int SIZE = 5_000;

  private static final int DIMENSION = 32;
  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;
  private static final float[][] QUERIES = VectorFixtures.clustered(50, DIMENSION, 2);

  @TempDir static Path folder;

  private static Directory directory;
  private static DirectoryReader index;
  private static LeafReaderContext leaf;

  @BeforeAll
  static void write() throws IOException {
    directory = IndexFixtures.directory(folder);
    IndexFixtures.addSegment(
        directory,
        IndexFixtures.config(IndexFixtures.hnsw(new QuantizationConfig(Precision.INT4))),
        SIMILARITY,
        0,
        VectorFixtures.clustered(SIZE, DIMENSION, 1));
    index = DirectoryReader.open(directory);
    leaf = index.leaves().get(0);
    assertInstanceOf(QuantizedHnswVectorsReader.class, GraphIndexes.reader(leaf, "v"));
  }

  @AfterAll
  static void close() throws IOException {
    index.close();
    directory.close();
  }

  private static FixedBitSet filter(double share, long seed) {
    Random random = new Random(seed);
    FixedBitSet filter = new FixedBitSet(SIZE);
    for (int doc = 0; doc < SIZE; doc++) {
      if (random.nextDouble() < share) {
        filter.set(doc);
      }
    }
    return filter;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 100, 500})
  void findsTheSameAsLucene(int k) throws IOException {
    for (int q = 0; q < QUERIES.length; q++) {
      for (double share : new double[] {1, .9}) {
        FixedBitSet filter = share == 1 ? null : filter(share, q);
        ScoreDoc[] expected = GraphIndexes.searchWithLucene(leaf, QUERIES[q], k, filter);
        ScoreDoc[] hits = GraphIndexes.search(leaf, QUERIES[q], k, filter);
        assertEquals(k, hits.length);
        // Hits with equal scores can have any order.
        assertArrayEquals(GraphIndexes.scores(expected), GraphIndexes.scores(hits), 1e-6f);
        for (ScoreDoc hit : hits) {
          assertTrue(filter == null || filter.get(hit.doc));
        }
      }
    }
    double recall = GraphIndexes.recall(leaf, QUERIES, 10, 100, null);
    assertTrue(recall > .97, "recall " + recall);
  }

  /** A search for at least as many hits as vectors returns all vectors. */
  @ParameterizedTest
  @ValueSource(ints = {SIZE - 1, SIZE, SIZE + 1, 2 * SIZE})
  void asManyHitsAsVectors(int k) throws IOException {
    ScoreDoc[] hits = GraphIndexes.search(leaf, QUERIES[0], k, null);
    assertEquals(Math.min(k, SIZE), hits.length);
    assertArrayEquals(
        GraphIndexes.bestScores(leaf, QUERIES[0], k, null), GraphIndexes.scores(hits), 1e-6f);
    assertEquals(hits.length, Arrays.stream(GraphIndexes.docs(hits)).distinct().count());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 17, 20, 33, 40, 64, 100, 300, 2_000})
  void searchesRespectVisitLimits(int limit) throws IOException {
    for (float[] query : QUERIES) {
      for (FixedBitSet filter : new FixedBitSet[] {null, filter(.9, limit)}) {
        KnnCollector collector =
            GraphIndexes.search(leaf, query, new TopKnnCollector(50, limit), filter);
        assertTrue(collector.visitedCount() <= limit, collector.visitedCount() + " visits");
      }
    }
  }

  /** Filters down to so few matches that all of them are scored. */
  @ParameterizedTest
  @ValueSource(doubles = {.95, .61, .59, .3, .1, .01, .001, 0})
  void filteredSearchesFindMatchingHits(double share) throws IOException {
    FixedBitSet filter = filter(share, 7);
    for (float[] query : QUERIES) {
      for (ScoreDoc hit : GraphIndexes.search(leaf, query, 20, filter)) {
        assertTrue(filter.get(hit.doc));
      }
    }
    if (share > 0) {
      double recall = GraphIndexes.recall(leaf, QUERIES, 10, 100, filter);
      assertTrue(recall > .95, "recall " + recall);
    }
    if (share > 0 && share <= .01) {
      assertEquals(1, GraphIndexes.recall(leaf, QUERIES, 10, 10, filter));
    }
  }

  /** Below the strategy's threshold, Lucene's search of filtered graphs is used. */
  @Test
  void strategiesChooseTheFilteredSearch() throws IOException {
    FixedBitSet filter = filter(.5, 8);
    Set<Long> visits = new HashSet<>();
    for (int threshold : new int[] {0, 100}) {
      int found = 0;
      long visited = 0;
      for (float[] query : QUERIES) {
        KnnCollector collector =
            GraphIndexes.search(
                leaf,
                query,
                new TopKnnCollector(60, Integer.MAX_VALUE, new KnnSearchStrategy.Hnsw(threshold)),
                filter);
        visited += collector.visitedCount();
        float[] best = GraphIndexes.bestScores(leaf, query, 10, filter);
        for (ScoreDoc hit : collector.topDocs().scoreDocs) {
          assertTrue(filter.get(hit.doc));
          found += hit.score >= best[9] - 1e-6f ? 1 : 0;
        }
      }
      assertTrue(found >= .93 * 10 * QUERIES.length, found + " found at " + threshold);
      visits.add(visited);
    }
    assertEquals(2, visits.size());
  }

  @Test
  void severalThreadsFindTheSameAsOne() throws Exception {
    List<int[]> alone = new ArrayList<>();
    for (float[] query : QUERIES) {
      alone.add(GraphIndexes.docs(GraphIndexes.search(leaf, query, 50, null)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Integer>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread;
        tasks.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 5 * QUERIES.length; i++) {
                    int q = (first + i) % QUERIES.length;
                    assertArrayEquals(
                        alone.get(q),
                        GraphIndexes.docs(GraphIndexes.search(leaf, QUERIES[q], 50, null)));
                  }
                  return 5 * QUERIES.length;
                }));
      }
      for (Future<Integer> task : tasks) {
        assertEquals(5 * QUERIES.length, task.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void coarseQueriesFindNearlyTheSameCandidates() throws IOException {
    for (Precision precision : List.of(Precision.INT8, Precision.BINARY)) {
      try (Directory other = IndexFixtures.directory(folder.resolve(precision.label()))) {
        IndexFixtures.addSegment(
            other,
            IndexFixtures.config(IndexFixtures.hnsw(new QuantizationConfig(precision))),
            SIMILARITY,
            0,
            VectorFixtures.clustered(1_500, DIMENSION, 1));
        try (DirectoryReader reader = DirectoryReader.open(other)) {
          int both = 0;
          for (float[] query : QUERIES) {
            Set<Integer> best = new HashSet<>();
            for (ScoreDoc hit : GraphIndexes.search(reader.leaves().get(0), query, 100, null)) {
              best.add(hit.doc);
            }
            KnnCollector candidates =
                new TopKnnCollector(100, Integer.MAX_VALUE, new CandidateSearchStrategy(60));
            GraphIndexes.search(reader.leaves().get(0), query, candidates, null);
            for (ScoreDoc hit : candidates.topDocs().scoreDocs) {
              both += best.contains(hit.doc) ? 1 : 0;
            }
          }
          double share = both / (100.0 * QUERIES.length);
          assertTrue(share > .85, precision + ": " + share);
        }
      }
    }
  }

  @Test
  void candidateStrategiesImplementEquals() {
    CandidateSearchStrategy strategy = new CandidateSearchStrategy(60);
    assertEquals(new CandidateSearchStrategy(60), strategy);
    assertEquals(new CandidateSearchStrategy(60).hashCode(), strategy.hashCode());
    assertNotEquals(new CandidateSearchStrategy(61), strategy);
    assertNotEquals(new KnnSearchStrategy.Hnsw(60), strategy);
    assertNotEquals(strategy, new KnnSearchStrategy.Hnsw(60));
    assertEquals(60, strategy.filteredSearchThreshold());
    assertThrows(IllegalArgumentException.class, () -> new CandidateSearchStrategy(101));
  }

  /** A query of another dimension is rejected, and later searches are not affected. */
  @Test
  void failedSearchesDoNotAffectLaterOnes() throws IOException {
    int[] before = GraphIndexes.docs(GraphIndexes.search(leaf, QUERIES[0], 10, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> GraphIndexes.search(leaf, new float[DIMENSION + 1], 10, null));
    KnnCollector failing =
        new TopKnnCollector(10, Integer.MAX_VALUE) {
          @Override
          public boolean collect(int doc, float score) {
            if (numCollected() == 5) {
              throw new IllegalStateException("enough");
            }
            return super.collect(doc, score);
          }
        };
    assertThrows(
        IllegalStateException.class, () -> GraphIndexes.search(leaf, QUERIES[1], failing, null));
    assertArrayEquals(before, GraphIndexes.docs(GraphIndexes.search(leaf, QUERIES[0], 10, null)));
  }
}
