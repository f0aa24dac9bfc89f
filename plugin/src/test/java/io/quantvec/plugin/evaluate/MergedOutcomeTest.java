/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.plugin.evaluate.shard.QueryOutcome;
import io.quantvec.plugin.evaluate.shard.QueryOutcome.Found;
import io.quantvec.plugin.search.SearchWork;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedOutcomeTest {

  private static Found found(long nanos, float[] scores, float... exact) {
    return new Found(scores, exact, nanos, new SearchWork(1, 2, 3));
  }

  private static QueryOutcome shard(float[] neighbors, Found search, Found ceiling) {
    float[] estimates = new float[neighbors.length];
    for (int i = 0; i < estimates.length; i++) {
      estimates[i] = neighbors[i] + .01f;
    }
    return new QueryOutcome(neighbors, estimates, 7, List.of(search), List.of(ceiling));
  }

  private static float[] scores(float... scores) {
    return scores;
  }

  @Test
  void mergesByTheScoresThatASearchHasAndCountsByExactOnes() {
    // The second shard's codes overrate a document, which takes the place of a true neighbor.
    MergedOutcome merge =
        new MergedOutcome(
            List.of(
                shard(
                    scores(.9f, .8f, .7f),
                    found(5, scores(.9f, .8f, .7f), .9f, .8f, .7f),
                    found(1, scores(.9f, .8f, .7f), .9f, .8f, .7f)),
                shard(scores(.5f), found(9, scores(.85f), .5f), found(1, scores(.5f), .5f))),
            3);
    assertArrayEquals(scores(.9f, .8f, .7f), merge.neighbors());
    assertArrayEquals(scores(.91f, .81f, .71f), merge.estimates(), 1e-6f);
    assertEquals(2 / 3., merge.recallOfSearch(0), 1e-12);
    assertEquals(1, merge.recallOfCeiling(0));
    assertEquals(9, merge.nanos(0));
    assertEquals(7, merge.exactNanos());
  }

  @Test
  void anyOfEqualVectorsCounts() {
    // Sums in another order differ in the last bits.
    float almost = Math.nextDown(.8f);
    MergedOutcome merge =
        new MergedOutcome(
            List.of(
                shard(
                    scores(.9f, .8f, .8f),
                    found(1, scores(.9f, almost), .9f, almost),
                    found(1, scores(.9f), .9f))),
            2);
    assertEquals(1, merge.recallOfSearch(0));
    assertEquals(.5, merge.recallOfCeiling(0));
  }

  @Test
  void aVectorThatIsLessNearDoesNotCount() {
    MergedOutcome merge =
        new MergedOutcome(
            List.of(
                shard(
                    scores(.9f, .8f),
                    found(1, scores(.9f, .7999f), .9f, .7999f),
                    found(1, scores(), new float[0]))),
            2);
    assertEquals(.5, merge.recallOfSearch(0));
    assertEquals(0, merge.recallOfCeiling(0));
  }

  @Test
  void fewerVectorsThanHitsAreAllToBeFound() {
    MergedOutcome merge =
        new MergedOutcome(
            List.of(
                shard(
                    scores(.9f, .8f),
                    found(1, scores(.9f, .8f), .9f, .8f),
                    found(1, scores(.9f), .9f))),
            10);
    assertEquals(1, merge.recallOfSearch(0));
    assertEquals(.5, merge.recallOfCeiling(0));
  }

  @Test
  void withoutVectorsThereIsNoRecall() {
    Found nothing = found(1, scores());
    MergedOutcome merge = new MergedOutcome(List.of(shard(scores(), nothing, nothing)), 10);
    assertTrue(Double.isNaN(merge.recallOfSearch(0)));
  }

  /** Scores of distances can be very small; a tolerance that does not shrink would let all in. */
  @Test
  void smallScoresAreToldApart() {
    MergedOutcome merge =
        new MergedOutcome(
            List.of(
                shard(
                    scores(2e-7f, 1e-7f),
                    found(1, scores(2e-7f, .9e-7f), 2e-7f, .9e-7f),
                    found(1, scores(1e-7f), 1e-7f))),
            2);
    assertEquals(.5, merge.recallOfSearch(0));
  }
}
