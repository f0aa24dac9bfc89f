/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.search.AdaptiveSearchStrategy;
import io.quantvec.codec.search.DefaultEffort;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares searches with Lucene's searcher, on the same graph with the same scores. */
class GraphSearcherTest {

  private static final float[][] VECTORS = VectorFixtures.normal(3_000, 16, 1);
  private static final float[][] QUERIES = VectorFixtures.normal(50, 16, 2);

  private static HnswGraph graph;

  @BeforeAll
  static void build() throws IOException {
    // Few links per node, so that the graph has several levels.
    graph = GraphFixtures.open(GraphFixtures.builder(VECTORS, 6, 50).build());
    assertTrue(graph.numLevels() > 3);
  }

  private final GraphSearcher searcher = new GraphSearcher();

  private void expectSame(float[] query, FixedBitSet accepted, int k) throws IOException {
    TopKnnCollector ours = new TopKnnCollector(k, Integer.MAX_VALUE);
    GraphFixtures.searchToEnd(
        searcher, GraphFixtures.scorer(VECTORS, query), graph, accepted, ours);
    TopKnnCollector lucenes = new TopKnnCollector(k, Integer.MAX_VALUE);
    HnswGraphSearcher.search(GraphFixtures.scorer(VECTORS, query), lucenes, graph, accepted);
    expectAboutAsManyVisits(lucenes.visitedCount(), ours.visitedCount());
    ScoreDoc[] expected = lucenes.topDocs().scoreDocs;
    ScoreDoc[] found = ours.topDocs().scoreDocs;
    assertArrayEquals(docs(expected), docs(found), "k " + k);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i].score, found[i].score, 1e-6f);
    }
  }

  /** Lucene does not score vectors of higher levels again and does not count the entry node. */
  private static void expectAboutAsManyVisits(long lucenes, long ours) {
    assertTrue(ours >= lucenes && ours < lucenes + 20, ours + " visits, Lucene " + lucenes);
  }

  private static int[] docs(ScoreDoc[] hits) {
    return Arrays.stream(hits).mapToInt(hit -> hit.doc).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 100, 500, 2_999, 3_000, 5_000})
  void findsTheSameAsLucene(int k) throws IOException {
    for (float[] query : k < 1_000 ? QUERIES : Arrays.copyOf(QUERIES, 5)) {
      expectSame(query, null, k);
    }
    expectSame(VECTORS[7], null, k);
  }

  @ParameterizedTest
  @ValueSource(doubles = {.9, .65})
  void filtersLikeLucene(double share) throws IOException {
    Random random = new Random(3);
    for (float[] query : QUERIES) {
      FixedBitSet accepted = new FixedBitSet(VECTORS.length);
      for (int ord = 0; ord < VECTORS.length; ord++) {
        if (random.nextDouble() < share) {
          accepted.set(ord);
        }
      }
      expectSame(query, accepted, 10);
      expectSame(query, accepted, 100);
      TopKnnCollector collector = new TopKnnCollector(50, Integer.MAX_VALUE);
      GraphFixtures.searchToEnd(
          searcher, GraphFixtures.scorer(VECTORS, query), graph, accepted, collector);
      for (ScoreDoc hit : collector.topDocs().scoreDocs) {
        assertTrue(accepted.get(hit.doc));
      }
    }
  }

  /** An adaptive search ends earlier and loses little recall. */
  @ParameterizedTest
  @ValueSource(doubles = {1, .5})
  void adaptiveSearchStopsByDistance(double share) throws IOException {
    FixedBitSet accepted = share == 1 ? null : new FixedBitSet(VECTORS.length);
    Random random = new Random(4);
    for (int ord = 0; accepted != null && ord < VECTORS.length; ord++) {
      if (random.nextDouble() < share) {
        accepted.set(ord);
      }
    }
    int most = 400;
    DefaultEffort effort = DefaultEffort.of(GraphFixtures.SIMILARITY, 10, 0, most);
    int same = 0;
    long visits = 0;
    long allVisits = 0;
    for (float[] query : QUERIES) {
      TopKnnCollector adaptive =
          new TopKnnCollector(
              most, Integer.MAX_VALUE, new AdaptiveSearchStrategy(0, false, effort));
      GraphFixtures.searchToEnd(
          searcher, GraphFixtures.scorer(VECTORS, query), graph, accepted, adaptive);
      TopKnnCollector all = new TopKnnCollector(most, Integer.MAX_VALUE);
      GraphFixtures.searchToEnd(
          searcher, GraphFixtures.scorer(VECTORS, query), graph, accepted, all);
      assertTrue(adaptive.visitedCount() <= all.visitedCount());
      visits += adaptive.visitedCount();
      allVisits += all.visitedCount();
      int[] expected = Arrays.copyOf(docs(all.topDocs().scoreDocs), 10);
      int[] found = docs(adaptive.topDocs().scoreDocs);
      assertTrue(found.length >= effort.least(), found.length + " found");
      for (int doc : Arrays.copyOf(found, 10)) {
        assertTrue(accepted == null || accepted.get(doc));
        same += Arrays.stream(expected).anyMatch(other -> other == doc) ? 1 : 0;
      }
    }
    // Measured on a graph with six links per node; with more links, the loss is smaller.
    assertTrue(same > .9 * 10 * QUERIES.length, same + " of " + 10 * QUERIES.length);
    assertTrue(visits < .8 * allVisits, visits + " of " + allVisits);
  }

  @Test
  void findsNothingIfNothingIsAccepted() throws IOException {
    TopKnnCollector collector = new TopKnnCollector(10, Integer.MAX_VALUE);
    GraphFixtures.searchToEnd(
        searcher,
        GraphFixtures.scorer(VECTORS, QUERIES[0]),
        graph,
        new FixedBitSet(VECTORS.length),
        collector);
    assertEquals(0, collector.topDocs().scoreDocs.length);
    assertTrue(collector.visitedCount() <= VECTORS.length + 200);
  }

  /** Limits that are reached while descending, on the lowest level, and never. */
  @ParameterizedTest
  @ValueSource(
      ints = {1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 200, 500, 1_000, 9_999})
  void visitsAtMostTheLimit(int limit) throws IOException {
    for (float[] query : QUERIES) {
      TopKnnCollector collector = new TopKnnCollector(20, limit);
      GraphFixtures.searchToEnd(
          searcher, GraphFixtures.scorer(VECTORS, query), graph, null, collector);
      assertTrue(collector.visitedCount() <= limit, collector.visitedCount() + " visits");
      assertEquals(collector.visitedCount() == limit, collector.earlyTerminated());
      ScoreDoc[] hits = collector.topDocs().scoreDocs;
      assertEquals(hits.length, Arrays.stream(docs(hits)).distinct().count());
      assertEquals(20, limit < 200 ? 20 : hits.length);
      for (ScoreDoc hit : hits) {
        assertEquals(GraphFixtures.SIMILARITY.compare(query, VECTORS[hit.doc]), hit.score, 1e-6f);
      }
    }
  }

  /** A collector that terminates after a number of calls. */
  private static final class Impatient implements KnnCollector {

    private final TopKnnCollector hits;
    private final int patience;
    private int collected;

    Impatient(int k, int patience) {
      this.hits = new TopKnnCollector(k, Integer.MAX_VALUE);
      this.patience = patience;
    }

    @Override
    public boolean earlyTerminated() {
      return collected >= patience;
    }

    @Override
    public boolean collect(int doc, float score) {
      collected++;
      return hits.collect(doc, score);
    }

    @Override
    public void incVisitedCount(int count) {
      hits.incVisitedCount(count);
    }

    @Override
    public long visitedCount() {
      return hits.visitedCount();
    }

    @Override
    public long visitLimit() {
      return Long.MAX_VALUE;
    }

    @Override
    public int k() {
      return hits.k();
    }

    @Override
    public float minCompetitiveSimilarity() {
      return hits.minCompetitiveSimilarity();
    }

    @Override
    public TopDocs topDocs() {
      return hits.topDocs();
    }

    @Override
    public KnnSearchStrategy getSearchStrategy() {
      return hits.getSearchStrategy();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 10, 50, 100})
  void stopsWhenTheCollectorDoes(int patience) throws IOException {
    for (float[] query : QUERIES) {
      Impatient ours = new Impatient(20, patience);
      GraphFixtures.searchToEnd(searcher, GraphFixtures.scorer(VECTORS, query), graph, null, ours);
      Impatient lucenes = new Impatient(20, patience);
      HnswGraphSearcher.search(GraphFixtures.scorer(VECTORS, query), lucenes, graph, null);
      assertTrue(patience > 0 || ours.visitedCount() == 1, ours.visitedCount() + " visits");
      // Only whole lists of neighbors are collected.
      assertTrue(ours.collected <= patience + 12, ours.collected + " of " + patience);
      assertArrayEquals(docs(lucenes.topDocs().scoreDocs), docs(ours.topDocs().scoreDocs));
      assertTrue(ours.visitedCount() < lucenes.visitedCount() + 20);
    }
  }

  /** The strategy is notified of every list of neighbors on the lowest level. */
  @Test
  void notifiesTheStrategyOfEveryBlock() throws IOException {
    int[] blocks = new int[2];
    for (int i = 0; i < 2; i++) {
      int which = i;
      KnnSearchStrategy.Hnsw counting =
          new KnnSearchStrategy.Hnsw(60) {
            @Override
            public void nextVectorsBlock() {
              blocks[which]++;
            }
          };
      TopKnnCollector collector = new TopKnnCollector(20, Integer.MAX_VALUE, counting);
      if (i == 0) {
        GraphFixtures.searchToEnd(
            searcher, GraphFixtures.scorer(VECTORS, QUERIES[0]), graph, null, collector);
      } else {
        HnswGraphSearcher.search(GraphFixtures.scorer(VECTORS, QUERIES[0]), collector, graph, null);
      }
    }
    assertTrue(blocks[0] > 0);
    assertTrue(Math.abs(blocks[1] - blocks[0]) <= blocks[1] / 2, blocks[0] + " " + blocks[1]);
  }

  /** One searcher searches larger and smaller graphs, and no search affects the next one. */
  @Test
  void reusedSearcherFindsTheSame() throws IOException {
    Random random = new Random(5);
    float[][][] sets = new float[6][][];
    HnswGraph[] graphs = new HnswGraph[sets.length];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = VectorFixtures.normal(new int[] {1, 2, 50, 64, 700, 65}[i], 8, i);
      graphs[i] =
          GraphFixtures.open(GraphFixtures.builder(sets[i], i % 2 == 0 ? 4 : 32, 20).build());
    }
    for (int round = 0; round < 300; round++) {
      int which = random.nextInt(sets.length);
      float[] query = VectorFixtures.normal(1, 8, round)[0];
      int k = 1 + random.nextInt(40);
      TopKnnCollector collector =
          new TopKnnCollector(k, round % 5 == 0 ? 1 + random.nextInt(60) : Integer.MAX_VALUE);
      GraphFixtures.searchToEnd(
          searcher, GraphFixtures.scorer(sets[which], query), graphs[which], null, collector);
      TopKnnCollector fresh = new TopKnnCollector(k, (int) collector.visitLimit());
      GraphFixtures.searchToEnd(
          new GraphSearcher(),
          GraphFixtures.scorer(sets[which], query),
          graphs[which],
          null,
          fresh);
      assertArrayEquals(docs(fresh.topDocs().scoreDocs), docs(collector.topDocs().scoreDocs));
      assertEquals(fresh.visitedCount(), collector.visitedCount());
    }
  }

  /** All vectors are equally good hits, so the search ends as soon as there are enough. */
  @Test
  void equalVectorsEndTheSearch() throws IOException {
    float[][] vectors = new float[2_000][8];
    HnswGraph equal = GraphFixtures.open(GraphFixtures.builder(vectors, 16, 50).build());
    for (int k : new int[] {1, 10, 32}) {
      TopKnnCollector collector = new TopKnnCollector(k, Integer.MAX_VALUE);
      GraphFixtures.searchToEnd(
          searcher, GraphFixtures.scorer(vectors, vectors[0]), equal, null, collector);
      assertEquals(k, collector.topDocs().scoreDocs.length);
      assertTrue(collector.visitedCount() < 40 * k + 200, collector.visitedCount() + " visits");
    }
  }

  /** The minimum number of bytes that a search allocates, without its collector and its scorer. */
  private long allocated(int ef) throws IOException {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 100; round++) {
      float[] query = QUERIES[round % QUERIES.length];
      RandomVectorScorer plain =
          new RandomVectorScorer.AbstractRandomVectorScorer(GraphFixtures.values(VECTORS)) {
            @Override
            public float score(int ord) {
              float sum = 0;
              for (int d = 0; d < query.length; d++) {
                float difference = query[d] - VECTORS[ord][d];
                sum += difference * difference;
              }
              return 1 / (1 + sum);
            }
          };
      // The collector is full, so that it does not allocate during the search.
      TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
      for (int i = 0; i < ef; i++) {
        collector.collect(VECTORS.length + i, 0);
      }
      long before = thread.getCurrentThreadAllocatedBytes();
      GraphFixtures.searchToEnd(searcher, plain, graph, null, collector);
      least = Math.min(least, thread.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  @Test
  void largerSearchesAllocateNoMore() throws IOException {
    allocated(400);
    long few = allocated(50);
    long many = allocated(400);
    assertTrue(many <= few + 500, few + " bytes at ef 50, " + many + " at 400");
    // Less than a set of visited ordinals or a queue would allocate.
    assertTrue(many < 2_000, many + " bytes");
  }
}
