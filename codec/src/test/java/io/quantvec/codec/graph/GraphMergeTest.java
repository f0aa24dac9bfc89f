/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.VectorFixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.search.TaskExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that are merged from others. */
class GraphMergeTest {

  private static final int M = 16;
  private static final int EF_CONSTRUCTION = 100;
  private static final float[][] QUERIES = VectorFixtures.normal(200, 16, 2);

  /** The vectors of a merge, and the graphs of its sources. */
  private static final class Merge {

    private final List<float[]> merged = new ArrayList<>();
    private final List<SourceGraph> sources = new ArrayList<>();
    private final List<HeapGraph> graphs = new ArrayList<>();

    /**
     * Segments whose documents alternate in the merged segment, as with index sorting.
     *
     * @param deleted the share of deleted vectors in each source
     * @param m maximum links per node of each source
     */
    Merge(int[] sizes, double[] deleted, int[] m) throws IOException {
      Random random = new Random(9);
      List<int[]> ords = new ArrayList<>();
      List<float[][]> all = new ArrayList<>();
      List<Integer> turns = new ArrayList<>();
      for (int i = 0; i < sizes.length; i++) {
        float[][] vectors = VectorFixtures.normal(sizes[i], 16, 100 + i);
        all.add(vectors);
        HeapGraph graph = GraphFixtures.builder(vectors, m[i], EF_CONSTRUCTION).build();
        graphs.add(graph);
        ords.add(new int[sizes[i]]);
        for (int ord = 0; ord < sizes[i]; ord++) {
          turns.add(random.nextInt(turns.size() + 1), i);
        }
        int[] own = ords.get(i);
        boolean complete = deleted[i] == 0;
        sources.add(new SourceGraph(() -> GraphFixtures.open(graph), own, complete));
      }
      int[] next = new int[sizes.length];
      for (int source : turns) {
        int ord = next[source]++;
        boolean gone = random.nextDouble() < deleted[source];
        ords.get(source)[ord] = gone ? -1 : merged.size();
        if (!gone) {
          merged.add(all.get(source)[ord]);
        }
      }
      sources.sort(Comparator.comparingInt(SourceGraph::size).reversed());
    }

    float[][] vectors() {
      return merged.toArray(float[][]::new);
    }

    GraphBuilder builder() throws IOException {
      GraphBuilder builder = GraphFixtures.builder(vectors(), M, EF_CONSTRUCTION);
      builder.merge(sources);
      return builder;
    }
  }

  private static int[] mapped(int[] links, int[] ords) {
    return Arrays.stream(links).map(link -> ords[link]).sorted().toArray();
  }

  /** If all vectors come from one source, every link is known. */
  @ParameterizedTest
  @CsvSource({"1, 16", "2, 16", "800, 16", "800, 5"})
  void copiesASingleSource(int size, int m) throws IOException {
    float[][] vectors = VectorFixtures.normal(size, 16, 1);
    HeapGraph source = GraphFixtures.builder(vectors, m, EF_CONSTRUCTION).build();
    int[] ords = new int[size];
    float[][] merged = new float[size][];
    for (int ord = 0; ord < size; ord++) {
      ords[ord] = size - 1 - ord;
      merged[ords[ord]] = vectors[ord];
    }
    GraphBuilder builder = GraphFixtures.builder(merged, M, EF_CONSTRUCTION);
    builder.merge(List.of(new SourceGraph(() -> GraphFixtures.open(source), ords, true)));
    HeapGraph graph = builder.build();
    GraphFixtures.expectValid(graph, M);
    assertEquals(source.topLevel(), graph.topLevel());
    assertEquals(ords[source.entryNode()], graph.entryNode());
    for (int node = 0; node < size; node++) {
      assertEquals(source.level(node), graph.level(ords[node]));
      for (int level = 0; level <= source.level(node); level++) {
        int[] copied = GraphFixtures.links(graph, level, ords[node]);
        Arrays.sort(copied);
        assertArrayEquals(mapped(GraphFixtures.links(source, level, node), ords), copied);
      }
    }
  }

  @Test
  void keepsTheLevelsOfTheLargestSource() throws IOException {
    Merge merge = new Merge(new int[] {1_000, 200}, new double[2], new int[] {M, M});
    HeapGraph graph = merge.builder().build();
    HeapGraph largest = merge.graphs.get(0);
    int[] ords = merge.sources.get(0).ords();
    for (int node = 0; node < largest.size(); node++) {
      assertEquals(largest.level(node), graph.level(ords[node]));
    }
  }

  /**
   * Sizes, shares of deleted vectors and links per node of three sources, plus vectors without a
   * graph.
   */
  @ParameterizedTest
  @CsvSource({
    "1200, 500, 300, 0, 0, 0, 16, 16, 16",
    "700, 650, 650, 0, 0, 0, 16, 16, 16",
    "1200, 500, 300, .2, 0, 0, 16, 16, 16",
    "1200, 500, 300, 0, .5, .9, 16, 16, 16",
    "1200, 500, 300, .3, .3, .3, 16, 16, 16",
    "1200, 500, 300, 0, 0, 0, 16, 8, 4",
    "1200, 500, 300, .2, 0, 0, 8, 16, 1",
    "1995, 2, 1, 0, 0, 0, 16, 16, 16",
    "1200, 500, 300, 0, 1, 0, 16, 16, 16"
  })
  void hasTheRecallOfANewGraph(
      int size0,
      int size1,
      int size2,
      double deleted0,
      double deleted1,
      double deleted2,
      int m0,
      int m1,
      int m2)
      throws IOException {
    Merge merge =
        new Merge(
            new int[] {size0, size1, size2},
            new double[] {deleted0, deleted1, deleted2},
            new int[] {m0, m1, m2});
    HeapGraph graph = merge.builder().build();
    expectAsGood(merge.vectors(), graph, .01);
  }

  private static void expectAsGood(float[][] vectors, HeapGraph graph, double margin)
      throws IOException {
    GraphFixtures.expectValid(graph, M);
    assertEquals(vectors.length, GraphFixtures.reachable(graph));
    HeapGraph scratch = GraphFixtures.builder(vectors, M, EF_CONSTRUCTION).build();
    for (int ef : new int[] {20, 100}) {
      double expected = GraphFixtures.recall(scratch, vectors, QUERIES, ef);
      double recall = GraphFixtures.recall(graph, vectors, QUERIES, ef);
      assertTrue(recall > expected - margin, recall + " for " + expected + " at ef " + ef);
    }
  }

  @Test
  void isDeterministic() throws IOException {
    Merge merge = new Merge(new int[] {500, 300}, new double[] {0, .1}, new int[] {M, M});
    assertEquals(
        GraphFixtures.allLinks(merge.builder().build()),
        GraphFixtures.allLinks(merge.builder().build()));
  }

  /**
   * Nodes of a copied graph with few links get more links, up to the maximum of the merged graph.
   */
  @Test
  void copiedGraphWithFewLinksGetsMoreLinks() throws IOException {
    Merge merge = new Merge(new int[] {1_000, 800}, new double[2], new int[] {6, M});
    HeapGraph graph = merge.builder().build();
    GraphFixtures.expectValid(graph, M);
    int most = 0;
    for (int ord : merge.sources.get(0).ords()) {
      most = Math.max(most, GraphFixtures.links(graph, 0, ord).length);
    }
    assertTrue(most > 2 * 6, most + " links");
  }

  @Test
  void vectorsWithoutAGraphAreInserted() throws IOException {
    Merge merge = new Merge(new int[] {900, 400, 300}, new double[3], new int[] {M, M, M});
    GraphBuilder builder = GraphFixtures.builder(merge.vectors(), M, EF_CONSTRUCTION);
    builder.merge(List.of(merge.sources.get(0), merge.sources.get(2)));
    expectAsGood(merge.vectors(), builder.build(), .01);
    builder = GraphFixtures.builder(merge.vectors(), M, EF_CONSTRUCTION);
    builder.merge(List.of());
    assertEquals(
        GraphFixtures.allLinks(GraphFixtures.builder(merge.vectors(), M, EF_CONSTRUCTION).build()),
        GraphFixtures.allLinks(builder.build()));
  }

  @Test
  void severalWorkersMerge() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Merge merge =
          new Merge(new int[] {1_000, 600, 400}, new double[] {0, .2, 0}, new int[] {M, M, 8});
      for (int round = 0; round < 2; round++) {
        HeapGraph graph = merge.builder().build(new TaskExecutor(threads), 3);
        expectAsGood(merge.vectors(), graph, .02);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
