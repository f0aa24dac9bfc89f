/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.VectorFixtures;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that are merged repeatedly while vectors are deleted and added. */
class GraphGenerationsTest {

  private static final int M = 8;
  private static final int EF_CONSTRUCTION = 40;
  private static final int SIZE = 800;
  private static final int UPDATES = SIZE / 10;
  private static final int DIMENSION = 12;
  private static final int GENERATIONS = 50;

  /** Vectors around a few centers, so that a graph that loses links becomes disconnected. */
  private static float[][] clustered(int count, Random random) {
    float[][] centers = VectorFixtures.normal(20, DIMENSION, 5);
    float[][] vectors = new float[count][DIMENSION];
    for (float[] vector : vectors) {
      float[] center = centers[random.nextInt(centers.length)];
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) (center[d] + .4 * random.nextGaussian());
      }
    }
    return vectors;
  }

  /**
   * @param updates whether deleted vectors are added again; otherwise new vectors replace them
   * @param oldest whether the oldest vectors are deleted, or random ones
   */
  @ParameterizedTest
  @CsvSource({"true, false", "false, false", "false, true"})
  void fiftyGenerationsLoseAtMostAPoint(boolean updates, boolean oldest) throws IOException {
    Random random = new Random(7);
    float[][] queries = clustered(200, random);
    float[][] vectors = clustered(SIZE, random);
    HeapGraph graph = GraphFixtures.builder(vectors, M, EF_CONSTRUCTION).build();
    for (int generation = 0; generation < GENERATIONS; generation++) {
      int[] ords = new int[SIZE];
      for (int deleted = 0; deleted < UPDATES; ) {
        int ord = oldest ? deleted : random.nextInt(SIZE);
        if (ords[ord] == 0) {
          ords[ord] = -1;
          deleted++;
        }
      }
      float[][] added = clustered(UPDATES, random);
      float[][] merged = new float[SIZE][];
      int live = 0;
      int gone = 0;
      for (int ord = 0; ord < SIZE; ord++) {
        if (ords[ord] == 0) {
          ords[ord] = live;
          merged[live++] = vectors[ord];
        } else if (updates) {
          added[gone++] = vectors[ord];
        }
      }
      System.arraycopy(added, 0, merged, live, UPDATES);
      HeapGraph before = graph;
      HeapGraph small = GraphFixtures.builder(added, M, EF_CONSTRUCTION).build();
      int[] smallOrds = new int[UPDATES];
      Arrays.setAll(smallOrds, i -> SIZE - UPDATES + i);
      GraphBuilder builder = GraphFixtures.builder(merged, M, EF_CONSTRUCTION);
      builder.merge(
          List.of(
              new SourceGraph(() -> GraphFixtures.open(before), ords, false),
              new SourceGraph(() -> GraphFixtures.open(small), smallOrds, true)));
      graph = builder.build();
      vectors = merged;
    }
    assertEquals(SIZE, GraphFixtures.reachable(graph));
    HeapGraph fresh = GraphFixtures.builder(vectors, M, EF_CONSTRUCTION).build();
    for (int ef : new int[] {15, 40}) {
      double expected = GraphFixtures.recall(fresh, vectors, queries, ef);
      double recall = GraphFixtures.recall(graph, vectors, queries, ef);
      assertTrue(recall >= expected - .01, recall + " for " + expected + " at ef " + ef);
    }
  }
}
