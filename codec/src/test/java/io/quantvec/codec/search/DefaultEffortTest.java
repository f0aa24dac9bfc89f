/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DefaultEffortTest {

  private static DefaultEffort effort(VectorSimilarityFunction similarity) {
    return DefaultEffort.of(similarity, 10, 0, DefaultEffort.mostEf(10));
  }

  @Test
  void boundDependsOnDistance() {
    double angle = .3;
    double chord = 2 * Math.sin(angle / 2);
    double farther = 2 * Math.asin(chord * DefaultEffort.STRETCH / 2);
    for (VectorSimilarityFunction similarity :
        new VectorSimilarityFunction[] {
          VectorSimilarityFunction.COSINE, VectorSimilarityFunction.DOT_PRODUCT
        }) {
      float score = (float) (1 + Math.cos(angle)) / 2;
      assertEquals((1 + Math.cos(farther)) / 2, effort(similarity).bound(score), 1e-6);
    }
    double distance = 7 * DefaultEffort.STRETCH;
    assertEquals(
        1 / (1 + distance * distance),
        effort(VectorSimilarityFunction.EUCLIDEAN).bound(1f / (1 + 7 * 7)),
        1e-6);
  }

  @ParameterizedTest
  @EnumSource(VectorSimilarityFunction.class)
  void boundIsNeverAboveTheScore(VectorSimilarityFunction similarity) {
    for (float score = 0; score < 1.1f; score += .01f) {
      float bound = effort(similarity).bound(score);
      assertTrue(bound <= score, similarity + ": " + bound + " of " + score);
    }
  }

  @Test
  void planningUsesTheExpectedEf() {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.COSINE;
    assertEquals(100, effort(similarity).expected());
    assertEquals(400, DefaultEffort.of(similarity, 10, 400, 1_000).expected());
    assertEquals(50, DefaultEffort.of(similarity, 10, 0, 50).expected());
    assertEquals(300, DefaultEffort.of(similarity, 300, 0, DefaultEffort.mostEf(300)).expected());
    assertEquals(1_000, DefaultEffort.mostEf(300));
    assertEquals(6_000, DefaultEffort.mostEf(3_000));
  }

  @Test
  void searchForOneHitUsesMoreNeighbors() {
    DefaultEffort effort = DefaultEffort.of(VectorSimilarityFunction.COSINE, 1, 0, 1_000);
    assertEquals(10, effort.neighbors());
    assertEquals(20, effort.least());
  }

  @Test
  void stopWaitsForTheMinimumOfCandidates() {
    AdaptiveStop stop =
        new AdaptiveStop(DefaultEffort.of(VectorSimilarityFunction.EUCLIDEAN, 10, 30, 1_000));
    float bound = Float.NEGATIVE_INFINITY;
    for (int i = 1; i <= 200; i++) {
      stop.offer(1 / (1f + (i * 37) % 211));
      assertEquals(i < 30, stop.bound() == Float.NEGATIVE_INFINITY, "after " + i);
      assertTrue(stop.bound() >= bound, "expected a bound that does not decrease");
      bound = stop.bound();
    }
  }

  @Test
  void rejectsInvalidArguments() {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.COSINE;
    assertFalse(DefaultEffort.adaptsTo(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
    assertThrows(IllegalArgumentException.class, () -> new DefaultEffort(similarity, 0, 20, 100));
    assertThrows(IllegalArgumentException.class, () -> new DefaultEffort(similarity, 10, 9, 100));
    assertThrows(IllegalArgumentException.class, () -> new DefaultEffort(similarity, 10, 20, 19));
  }
}
