/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/** Creates small graphs over vectors on the heap, and checks and searches them. */
final class GraphFixtures {

  static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  private static final FlatVectorsScorer SCORER =
      FlatVectorScorerUtil.getLucene99FlatVectorsScorer();

  private GraphFixtures() {}

  static FloatVectorValues values(float[][] vectors) {
    return FloatVectorValues.fromFloats(
        Arrays.asList(vectors), vectors.length == 0 ? 1 : vectors[0].length);
  }

  static RandomVectorScorerSupplier scorers(float[][] vectors) throws IOException {
    return SCORER.getRandomVectorScorerSupplier(SIMILARITY, values(vectors));
  }

  static RandomVectorScorer scorer(float[][] vectors, float[] query) throws IOException {
    return SCORER.getRandomVectorScorer(SIMILARITY, values(vectors), query);
  }

  static GraphBuilder builder(float[][] vectors, int m, int efConstruction) throws IOException {
    return new GraphBuilder(scorers(vectors), vectors.length, m, efConstruction);
  }

  static int[] links(HeapGraph graph, int level, int node) {
    int[] links = new int[graph.maxNeighbors()];
    int count = graph.neighbors(level, node, links);
    return Arrays.copyOf(links, count);
  }

  /** All links, level after level and node after node. */
  static List<List<Integer>> allLinks(HeapGraph graph) {
    List<List<Integer>> all = new ArrayList<>();
    for (int level = 0; level <= graph.topLevel(); level++) {
      for (int node : nodesOn(graph, level)) {
        all.add(Arrays.stream(links(graph, level, node)).boxed().toList());
      }
    }
    return all;
  }

  static int[] nodesOn(HeapGraph graph, int level) {
    int[] nodes = new int[graph.size()];
    int count = 0;
    for (int node = 0; node < nodes.length; node++) {
      if (graph.level(node) >= level) {
        nodes[count++] = node;
      }
    }
    return Arrays.copyOf(nodes, count);
  }

  /**
   * Checks that every link leads to another node of the same level, that links are distinct, and
   * that no node has too many.
   */
  static void expectValid(HeapGraph graph, int m) {
    if (graph.size() == 0) {
      assertEquals(-1, graph.topLevel());
      return;
    }
    assertEquals(graph.topLevel(), graph.level(graph.entryNode()));
    for (int level = 0; level <= graph.topLevel(); level++) {
      for (int node : nodesOn(graph, level)) {
        assertTrue(graph.level(node) <= graph.topLevel());
        int[] links = links(graph, level, node);
        assertTrue(links.length <= (level == 0 ? 2 * m : m), links.length + " links");
        assertEquals(links.length, Arrays.stream(links).distinct().count());
        for (int link : links) {
          assertTrue(link >= 0 && link < graph.size(), "link to " + link);
          assertNotEquals(node, link);
          assertTrue(graph.level(link) >= level, "expected links to nodes of the level");
        }
      }
    }
  }

  /** The number of nodes that are reachable from the entry node on the lowest level. */
  static int reachable(HeapGraph graph) {
    if (graph.size() == 0) {
      return 0;
    }
    BitSet met = new BitSet();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    open.add(graph.entryNode());
    met.set(graph.entryNode());
    while (!open.isEmpty()) {
      for (int link : links(graph, 0, open.remove())) {
        if (!met.get(link)) {
          met.set(link);
          open.add(link);
        }
      }
    }
    return met.cardinality();
  }

  static ScoreDoc[] search(HnswGraph graph, float[][] vectors, float[] query, int ef)
      throws IOException {
    TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
    searchToEnd(new GraphSearcher(), scorer(vectors, query), graph, null, collector);
    return collector.topDocs().scoreDocs;
  }

  /** The scores of the nearest vectors, by exhaustive search, best first. */
  static float[] bestScores(float[][] vectors, float[] query, int k) {
    float[] scores = new float[vectors.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -SIMILARITY.compare(query, vectors[i]);
    }
    Arrays.sort(scores);
    float[] best = new float[Math.min(k, scores.length)];
    for (int i = 0; i < best.length; i++) {
      best[i] = -scores[i];
    }
    return best;
  }

  /**
   * The share of the ten nearest vectors that are found. Hits count by their scores, so any of
   * several equal vectors counts.
   */
  static double recall(HeapGraph graph, float[][] vectors, float[][] queries, int ef)
      throws IOException {
    int found = 0;
    int sought = 0;
    HnswGraph opened = open(graph);
    for (float[] query : queries) {
      float[] best = bestScores(vectors, query, 10);
      ScoreDoc[] hits = search(opened, vectors, query, ef);
      for (int i = 0; i < Math.min(best.length, hits.length); i++) {
        found += hits[i].score >= best[best.length - 1] - 1e-6f ? 1 : 0;
      }
      sought += best.length;
    }
    return found / (double) sought;
  }

  /** The graph as a Lucene graph. */
  static HnswGraph open(HeapGraph graph) {
    return new HnswGraph() {
      private final int[] links = new int[graph.maxNeighbors()];
      private int count;
      private int next;

      @Override
      public void seek(int level, int node) {
        count = graph.neighbors(level, node, links);
        next = 0;
      }

      @Override
      public int nextNeighbor() {
        return next == count ? DocIdSetIterator.NO_MORE_DOCS : links[next++];
      }

      @Override
      public int neighborCount() {
        return count;
      }

      @Override
      public int size() {
        return graph.size();
      }

      @Override
      public int numLevels() {
        return graph.topLevel() + 1;
      }

      @Override
      public int maxConn() {
        return graph.maxNeighbors() / 2;
      }

      @Override
      public int entryNode() {
        return graph.entryNode();
      }

      @Override
      public NodesIterator getNodesOnLevel(int level) {
        int[] nodes = nodesOn(graph, level);
        return new ArrayNodesIterator(nodes, nodes.length);
      }
    };
  }

  /** Searches a graph to the end. */
  static void searchToEnd(
      GraphSearcher searcher,
      RandomVectorScorer scorer,
      HnswGraph graph,
      Bits acceptOrds,
      KnnCollector collector)
      throws IOException {
    searcher.begin(scorer, graph, acceptOrds, collector);
    searcher.advance(Long.MAX_VALUE);
  }
}
