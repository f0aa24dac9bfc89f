/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.search.ScoreDoc;
import org.junit.jupiter.api.Test;

class CandidateRescoringTest {

  private final Random random = new Random(7);
  private int rescored;

  private static ScoreDoc[] candidates(float[] estimates) {
    ScoreDoc[] candidates = new ScoreDoc[estimates.length];
    for (int i = 0; i < estimates.length; i++) {
      candidates[i] = new ScoreDoc(i, estimates[i], i % 3);
    }
    Arrays.sort(candidates, Comparator.comparingDouble((ScoreDoc hit) -> -hit.score));
    return candidates;
  }

  private ScoreDoc[] best(float[] estimates, float[] exact, int k) throws IOException {
    Set<Integer> seen = new HashSet<>();
    return CandidateRescoring.best(
        candidates(estimates),
        k,
        round -> {
          for (int i = 0; i < round.length; i++) {
            assertTrue(seen.add(round[i].doc), "scored twice");
            assertTrue(
                i == 0
                    || round[i - 1].shardIndex < round[i].shardIndex
                    || (round[i - 1].shardIndex == round[i].shardIndex
                        && round[i - 1].doc < round[i].doc),
                "out of order");
            round[i].score = exact[round[i].doc];
          }
          rescored += round.length;
          return round;
        });
  }

  private float[][] estimatesAndScores(int count, double error) {
    float[][] both = new float[2][count];
    for (int i = 0; i < count; i++) {
      both[1][i] = (float) (1 / (1 + .05 * i));
      both[0][i] = (float) (both[1][i] + error * random.nextGaussian());
    }
    return both;
  }

  @Test
  void findsTheBestOfAllWithoutScoringAll() throws IOException {
    int hits = 0;
    for (int query = 0; query < 100; query++) {
      float[][] both = estimatesAndScores(400, .03);
      ScoreDoc[] best = best(both[0], both[1], 10);
      assertEquals(10, best.length);
      for (int i = 0; i < best.length; i++) {
        assertEquals(both[1][best[i].doc], best[i].score);
        assertTrue(i == 0 || best[i - 1].score >= best[i].score);
        hits += best[i].doc < 10 ? 1 : 0;
      }
    }
    assertEquals(1000, hits, 1);
    assertTrue(rescored < 100 * 100, "scored " + rescored);
  }

  @Test
  void exactEstimatesAreCheckedOnce() throws IOException {
    float[][] both = estimatesAndScores(400, 0);
    assertEquals(0, best(both[0], both[1], 10)[0].doc);
    assertEquals(20, rescored);
  }

  @Test
  void uselessEstimatesHaveAllScored() throws IOException {
    float[][] both = estimatesAndScores(400, 5);
    best(both[0], both[1], 10);
    assertEquals(400, rescored);
  }

  @Test
  void estimatesThatAreAllTooLowAreCorrected() throws IOException {
    float[][] both = estimatesAndScores(200, .01);
    for (int i = 0; i < 200; i++) {
      both[0][i] -= .5f;
    }
    ScoreDoc[] best = best(both[0], both[1], 5);
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 4}, Arrays.stream(best).mapToInt(hit -> hit.doc).toArray());
  }

  @Test
  void fewerCandidatesThanHitsAndNone() throws IOException {
    assertEquals(3, best(new float[] {1, 2, 3}, new float[] {3, 2, 1}, 10).length);
    assertEquals(0, best(new float[0], new float[0], 10).length);
    assertEquals(1, best(new float[] {1, 1}, new float[] {1, 2}, 1)[0].doc);
  }

  @Test
  void returnsNullIfScoringEnds() throws IOException {
    assertNull(CandidateRescoring.best(candidates(new float[] {1, 2}), 1, round -> null));
  }
}
