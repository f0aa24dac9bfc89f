/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiversityTest {

  /** The neighbours of vector 0 among all others, nearest first. */
  private static int[] candidates(float[][] vectors) {
    return IntStream.range(1, vectors.length)
        .boxed()
        .sorted(Comparator.comparingDouble(ord -> -score(vectors, 0, ord)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static float score(float[][] vectors, int a, int b) {
    return TestGraphs.SIMILARITY.compare(vectors[a], vectors[b]);
  }

  /**
   * The paper's algorithm 4, one comparison after the other. Ties keep out only what is as near as
   * the one that it ties with.
   */
  private static int[] oneByOne(float[][] vectors, int[] candidates, int limit) {
    List<Integer> chosen = new ArrayList<>();
    for (int candidate : candidates) {
      if (chosen.size() == limit) {
        break;
      }
      float own = score(vectors, 0, candidate);
      if (chosen.stream()
          .allMatch(
              other -> {
                float between = score(vectors, candidate, other);
                return between < own || (between == own && own < score(vectors, 0, other));
              })) {
        chosen.add(candidate);
      }
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] select(
      Diversity diversity, float[][] vectors, int[] candidates, int count, int limit)
      throws IOException {
    float[] scores = new float[candidates.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(vectors, 0, candidates[i]);
    }
    int[] before = candidates.clone();
    int[] chosen = new int[limit];
    int found = diversity.select(candidates, scores, count, limit, chosen);
    assertArrayEquals(before, candidates);
    return IntStream.range(0, found).map(i -> chosen[i]).toArray();
  }

  @Test
  void choosesWhatThePaperDoes() throws IOException {
    Random random = new Random(2);
    for (int round = 0; round < 300; round++) {
      int dimension = 1 + random.nextInt(12);
      float[][] vectors = TestGraphs.random(2 + random.nextInt(120), dimension, round);
      if (round % 4 == 0) {
        // Small whole numbers: many are equally near, and some are the same.
        for (float[] vector : vectors) {
          for (int d = 0; d < dimension; d++) {
            vector[d] = Math.round(vector[d]);
          }
        }
      }
      int[] candidates = candidates(vectors);
      Diversity diversity =
          new Diversity(TestGraphs.scorers(vectors).scorer(), candidates.length + round % 2);
      for (int limit : new int[] {1, 2, 16, candidates.length}) {
        assertArrayEquals(
            oneByOne(vectors, candidates, limit),
            select(diversity, vectors, candidates, candidates.length, limit),
            "round " + round + ", limit " + limit);
      }
    }
  }

  /** Were it otherwise, a vector that stands twice would be linked to its copy and nothing else. */
  @Test
  void aCopyOfTheNodeKeepsNoOthersOut() throws IOException {
    float[][] vectors = TestGraphs.random(40, 8, 3);
    vectors[1] = vectors[0].clone();
    vectors[2] = vectors[0].clone();
    int[] candidates = candidates(vectors);
    int[] chosen =
        select(
            new Diversity(TestGraphs.scorers(vectors).scorer(), candidates.length),
            vectors,
            candidates,
            candidates.length,
            16);
    assertTrue(chosen.length > 2, "chose " + chosen.length);
    assertEquals(1, Arrays.stream(chosen).filter(ord -> ord <= 2).count());
  }

  @Test
  void choosesOneOfEquals() throws IOException {
    float[][] vectors = new float[20][4];
    Diversity diversity = new Diversity(TestGraphs.scorers(vectors).scorer(), 19);
    int[] candidates = candidates(vectors);
    assertArrayEquals(
        new int[] {candidates[0]}, select(diversity, vectors, candidates, candidates.length, 16));
  }

  @Test
  void choosesOfNoneAndOfOne() throws IOException {
    float[][] vectors = TestGraphs.random(3, 4, 1);
    Diversity diversity = new Diversity(TestGraphs.scorers(vectors).scorer(), 2);
    int[] candidates = candidates(vectors);
    assertEquals(0, select(diversity, vectors, candidates, 0, 5).length);
    assertArrayEquals(new int[] {candidates[0]}, select(diversity, vectors, candidates, 1, 5));
    assertArrayEquals(new int[] {candidates[0]}, select(diversity, vectors, candidates, 2, 1));
  }
}
