/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecommendationTest {

  private static SettingResult result(
      int ef, int candidates, double recall, double ceiling, double p50, double visited) {
    return new SettingResult(
        new SettingResult.Search(ef, candidates, candidates / 10., ef == 100),
        new SettingResult.MeasuredRecall(recall, .001, recall - .002, recall + .002, ceiling),
        new Latency(p50, 2 * p50, 3 * p50),
        new SettingResult.Work(visited, 0, candidates));
  }

  private static Recommendation of(double target, SettingResult... settings) {
    return Recommendation.of(target, List.of(settings), true, true);
  }

  @Test
  void takesTheFastestThatMeetsTheTarget() {
    SettingResult fast = result(50, 0, .90, .99, 1, 1000);
    SettingResult good = result(200, 0, .96, .99, 2, 2000);
    SettingResult slow = result(400, 0, .97, .99, 4, 4000);
    Recommendation recommendation = of(.95, fast, slow, good);
    assertEquals(good, recommendation.setting());
    assertTrue(recommendation.advice().contains("ef_search 200 without rescoring"));
    assertFalse(recommendation.advice().contains("more queries"));
    assertEquals(fast, of(.85, fast, slow, good).setting());
  }

  /** A few per cent of time are chance; vectors are not. */
  @Test
  void ofEquallyFastOnesTheOneThatScoresLess() {
    SettingResult less = result(50, 0, .96, .99, 1.05, 1000);
    SettingResult more = result(200, 0, .97, .99, 1, 4000);
    assertEquals(less, of(.95, more, less).setting());
  }

  @Test
  void saysThatTheDefaultIsEnough() {
    assertTrue(of(.9, result(100, 30, .95, .99, 1, 1)).advice().contains("name neither"));
  }

  @Test
  void saysWhenChanceMayHaveHelped() {
    assertTrue(of(.95, result(100, 0, .951, .99, 1, 1)).advice().contains("more queries"));
  }

  @Test
  void tellsCodesThatSayTooLittleFromAGraphWithGaps() {
    Recommendation codes = of(.95, result(100, 30, .90, .92, 1, 1), result(50, 0, .7, .8, 1, 1));
    assertNull(codes.setting());
    assertTrue(codes.advice().contains("codes themselves allow 0.920"), codes.advice());
    assertTrue(codes.advice().contains("larger oversample_factor"), codes.advice());
    assertTrue(codes.advice().contains("ef_search 100 with oversample_factor 3"), codes.advice());
    Recommendation graph = of(.95, result(100, 30, .90, .99, 1, 1));
    assertNull(graph.setting());
    assertTrue(graph.advice().contains("raise ef_search"), graph.advice());
    Recommendation noCopy =
        Recommendation.of(.95, List.of(result(100, 0, .90, .92, 1, 1)), false, true);
    assertTrue(noCopy.advice().contains("no rerank copy"), noCopy.advice());
  }
}
