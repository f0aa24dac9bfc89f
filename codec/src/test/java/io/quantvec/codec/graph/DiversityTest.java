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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiversityTest {

  /** All other vectors as candidates for neighbors of vector 0, nearest first. */
  private static int[] candidates(float[][] vectors) {
    return IntStream.range(1, vectors.length)
        .boxed()
        .sorted(Comparator.comparingDouble(ord -> -score(vectors, 0, ord)))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static float score(float[][] vectors, int a, int b) {
    return GraphFixtures.SIMILARITY.compare(vectors[a], vectors[b]);
  }

  /**
   * Algorithm 4 of the paper, one comparison after the other. A tie excludes a candidate only if
   * the candidate is as near as the selected neighbor.
   */
  private static int[] referenceSelection(float[][] vectors, int[] candidates, int limit) {
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
  void selectsLikeThePaper() throws IOException {
    Random random = new Random(2);
    for (int round = 0; round < 300; round++) {
      int dimension = 1 + random.nextInt(12);
      float[][] vectors = VectorFixtures.normal(2 + random.nextInt(120), dimension, round);
      if (round % 4 == 0) {
        // Small integers: many vectors are equally near, and some are equal.
        for (float[] vector : vectors) {
          for (int d = 0; d < dimension; d++) {
            vector[d] = Math.round(vector[d]);
          }
        }
      }
      int[] candidates = candidates(vectors);
      Diversity diversity =
          new Diversity(GraphFixtures.scorers(vectors).scorer(), candidates.length + round % 2);
      for (int limit : new int[] {1, 2, 16, candidates.length}) {
        assertArrayEquals(
            referenceSelection(vectors, candidates, limit),
            select(diversity, vectors, candidates, candidates.length, limit),
            "round " + round + ", limit " + limit);
      }
    }
  }

  /** Otherwise, a vector with a duplicate would be linked only to its duplicate. */
  @Test
  void duplicateOfTheNodeDoesNotExcludeOthers() throws IOException {
    float[][] vectors = VectorFixtures.normal(40, 8, 3);
    vectors[1] = vectors[0].clone();
    vectors[2] = vectors[0].clone();
    int[] candidates = candidates(vectors);
    int[] chosen =
        select(
            new Diversity(GraphFixtures.scorers(vectors).scorer(), candidates.length),
            vectors,
            candidates,
            candidates.length,
            16);
    assertTrue(chosen.length > 2, "chose " + chosen.length);
    assertEquals(1, Arrays.stream(chosen).filter(ord -> ord <= 2).count());
  }

  @Test
  void selectsOneOfEqualVectors() throws IOException {
    float[][] vectors = new float[20][4];
    Diversity diversity = new Diversity(GraphFixtures.scorers(vectors).scorer(), 19);
    int[] candidates = candidates(vectors);
    assertArrayEquals(
        new int[] {candidates[0]}, select(diversity, vectors, candidates, candidates.length, 16));
  }

  @Test
  void selectsFromNoneAndFromOne() throws IOException {
    float[][] vectors = VectorFixtures.normal(3, 4, 1);
    Diversity diversity = new Diversity(GraphFixtures.scorers(vectors).scorer(), 2);
    int[] candidates = candidates(vectors);
    assertEquals(0, select(diversity, vectors, candidates, 0, 5).length);
    assertArrayEquals(new int[] {candidates[0]}, select(diversity, vectors, candidates, 1, 5));
    assertArrayEquals(new int[] {candidates[0]}, select(diversity, vectors, candidates, 2, 1));
  }
}
