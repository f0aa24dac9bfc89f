/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.search.SearchComparison;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecallCurveTest {

  private static RecallCurve curve(double... recallsAndRates) {
    CurvePoint[] points = new CurvePoint[recallsAndRates.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = new CurvePoint(10 * (i + 1), recallsAndRates[2 * i], recallsAndRates[2 * i + 1]);
    }
    return new RecallCurve(List.of(points));
  }

  @Test
  void logarithmsOfRatesAreInterpolated() {
    RecallCurve curve = curve(.8, 1_000, .9, 100, 1, 10);
    assertEquals(100, curve.qpsAt(.9), 1e-9);
    // Halfway between 10^3 and 10^2, and a quarter of the way from 10^2 to 10^1.
    assertEquals(Math.pow(10, 2.5), curve.qpsAt(.85), 1e-9);
    assertEquals(Math.pow(10, 1.75), curve.qpsAt(.925), 1e-9);
  }

  @Test
  void recallIsInterpolatedOverLogarithmsOfRates() {
    RecallCurve curve = curve(.8, 1_000, .9, 100, 1, 10);
    assertEquals(.9, curve.recallAt(100), 1e-9);
    assertEquals(.85, curve.recallAt(Math.pow(10, 2.5)), 1e-9);
    assertEquals(.975, curve.recallAt(Math.pow(10, 1.25)), 1e-9);
    assertEquals(1, curve.recallAt(5), 1e-9);
    assertTrue(Double.isNaN(curve.recallAt(1_001)));
  }

  @Test
  void aRecallOutOfReachHasNoRate() {
    assertTrue(Double.isNaN(curve(.8, 1_000, .9, 100).qpsAt(.91)));
  }

  @Test
  void aRecallBelowAllHasTheFastestRate() {
    assertEquals(1_000, curve(.8, 1_000, .9, 100).qpsAt(.5));
  }

  @Test
  void theFrontHasNoPointThatAnotherBeats() {
    // The second is slower and worse than the third, the last as good as the fourth and slower.
    List<CurvePoint> front = curve(.5, 900, .6, 300, .7, 500, .9, 100, .9, 50).front();
    assertEquals(List.of(10, 30, 40), front.stream().map(CurvePoint::ef).toList());
  }

  @Test
  void pointsOffTheFrontDoNotCount() {
    RecallCurve curve = curve(.8, 1_000, .85, 50, .9, 100);
    assertEquals(Math.pow(10, 2.5), curve.qpsAt(.85), 1e-9);
  }

  @Test
  void theSmallestEfThatReachesARecall() {
    RecallCurve curve = curve(.8, 1_000, .96, 100, .95, 50);
    assertEquals(20, curve.efAt(.95));
    assertEquals(20, curve.efAt(.99));
    assertEquals(10, curve.efAt(.1));
  }

  @Test
  void ratiosAreToTheBestOfTheFamily() {
    IndexCost cost = new IndexCost(1, 2, 0, 0, 0, 0);
    SearchResult ours =
        new SearchResult(
            "ours", SearchRow.Family.QUANTVEC, cost, -1, curve(.9, 300, .96, 150), 20, 1, 1);
    SearchResult slow =
        new SearchResult(
            "lucene 1 bit",
            SearchRow.Family.LUCENE_QUANTIZED,
            new IndexCost(2, 2, 0, 0, 0, 0),
            -1,
            curve(.9, 100),
            10,
            1,
            1);
    SearchResult fast =
        new SearchResult(
            "fast", SearchRow.Family.LUCENE_QUANTIZED, cost, -1, curve(.91, 200), 10, 1, 1);
    SearchComparison comparison = new SearchComparison(List.of(ours, slow, fast));
    SearchRow.Family peers = SearchRow.Family.LUCENE_QUANTIZED;
    assertEquals(1.5, comparison.ratio(ours, peers, .9), 1e-9);
    assertTrue(Double.isNaN(comparison.ratio(ours, peers, .95)));
    assertTrue(Double.isNaN(comparison.ratio(ours, SearchRow.Family.JVECTOR, .9)));
    assertTrue(Double.isNaN(comparison.ratio(slow, peers, .9)));
    assertEquals(.75, comparison.buildRatio(ours), 1e-9);
  }
}
