/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.VectorFixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphBuilderTest {

  private static final float[][] VECTORS = VectorFixtures.normal(2_000, 16, 1);
  private static final float[][] QUERIES = VectorFixtures.normal(100, 16, 2);

  static Stream<Arguments> shapes() {
    List<Arguments> shapes = new ArrayList<>();
    for (int size : new int[] {0, 1, 2, 3, 100, 2_000}) {
      for (int m : new int[] {1, 2, 16}) {
        for (int efConstruction : new int[] {1, 5, 100}) {
          shapes.add(Arguments.of(size, m, efConstruction));
        }
      }
    }
    return shapes.stream();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void linksAreValidAndDeterministic(int size, int m, int efConstruction) throws IOException {
    float[][] vectors = Arrays.copyOf(VECTORS, size);
    HeapGraph graph = GraphFixtures.builder(vectors, m, efConstruction).build();
    assertEquals(size, graph.size());
    GraphFixtures.expectValid(graph, m);
    HeapGraph again = GraphFixtures.builder(vectors, m, efConstruction).build();
    assertEquals(GraphFixtures.allLinks(graph), GraphFixtures.allLinks(again));
    assertEquals(graph.entryNode(), again.entryNode());
    assertEquals(size, GraphFixtures.reachable(graph));
  }

  @Test
  void findsTheNearestVectors() throws IOException {
    HeapGraph graph = GraphFixtures.builder(VECTORS, 16, 100).build();
    double recall = GraphFixtures.recall(graph, VECTORS, QUERIES, 100);
    assertTrue(recall > .98, "recall " + recall);
    double coarse = GraphFixtures.recall(graph, VECTORS, QUERIES, 10);
    assertTrue(coarse > .75 && coarse < recall, "recall " + coarse);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void severalWorkersBuildAnEquallyGoodGraph(int workers) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      HeapGraph graph =
          GraphFixtures.builder(VECTORS, 16, 100).build(new TaskExecutor(threads), workers);
      GraphFixtures.expectValid(graph, 16);
      assertEquals(VECTORS.length, GraphFixtures.reachable(graph));
      HeapGraph alone = GraphFixtures.builder(VECTORS, 16, 100).build();
      if (workers == 1) {
        assertEquals(GraphFixtures.allLinks(alone), GraphFixtures.allLinks(graph));
      }
      for (int ef : new int[] {10, 50}) {
        double expected = GraphFixtures.recall(alone, VECTORS, QUERIES, ef);
        double recall = GraphFixtures.recall(graph, VECTORS, QUERIES, ef);
        assertTrue(recall > expected - .04, recall + " for " + expected + " at ef " + ef);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * The smallest sizes: all workers but one have nothing to do, or workers start at the same time.
   */
  @Test
  void severalWorkersShareFewVectors() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int size : new int[] {0, 1, 2, 63, 64, 65, 130, 300}) {
        for (int round = 0; round < 10; round++) {
          float[][] vectors = Arrays.copyOf(VECTORS, size);
          HeapGraph graph =
              GraphFixtures.builder(vectors, 16, 100).build(new TaskExecutor(threads), 4);
          GraphFixtures.expectValid(graph, 16);
          assertEquals(size, GraphFixtures.reachable(graph));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void equalVectorsAreFound(int m) throws IOException {
    for (int size : new int[] {2, 33, 1_000}) {
      float[][] vectors = new float[size][8];
      HeapGraph graph = GraphFixtures.builder(vectors, m, 50).build();
      GraphFixtures.expectValid(graph, m);
      assertEquals(size, GraphFixtures.reachable(graph));
      for (int ef : new int[] {40, size}) {
        ScoreDoc[] hits = GraphFixtures.search(GraphFixtures.open(graph), vectors, vectors[0], ef);
        assertEquals(Math.min(ef, size), hits.length);
      }
    }
  }

  /** Half of all vectors are in the index twice, and a quarter are all equal. */
  @Test
  void duplicatesHideFewOtherVectors() throws IOException {
    float[][] vectors = VECTORS.clone();
    for (int i = 0; i < vectors.length; i++) {
      if (i % 4 == 1) {
        vectors[i] = vectors[0];
      } else if (i % 4 == 2) {
        vectors[i] = vectors[i + 1];
      }
    }
    HeapGraph graph = GraphFixtures.builder(vectors, 16, 100).build();
    GraphFixtures.expectValid(graph, 16);
    double recall = GraphFixtures.recall(graph, vectors, QUERIES, 100);
    assertTrue(recall > .97, "recall " + recall);
    HnswGraph opened = GraphFixtures.open(graph);
    int found = 0;
    for (float[] vector : vectors) {
      ScoreDoc[] hits = GraphFixtures.search(opened, vectors, vector, 50);
      found += hits.length > 0 && hits[0].score == 1 ? 1 : 0;
    }
    assertTrue(found > .97 * vectors.length, found + " found");
  }

  /** Nodes in different arrays of the lowest level are linked to each other. */
  @Test
  void moreVectorsThanOneArrayHolds() throws IOException {
    float[][] vectors = VectorFixtures.normal(17_000, 4, 3);
    HeapGraph graph = GraphFixtures.builder(vectors, 8, 16).build();
    GraphFixtures.expectValid(graph, 8);
    assertEquals(vectors.length, GraphFixtures.reachable(graph));
    double recall = GraphFixtures.recall(graph, vectors, VectorFixtures.normal(50, 4, 4), 50);
    assertTrue(recall > .95, "recall " + recall);
  }
}
