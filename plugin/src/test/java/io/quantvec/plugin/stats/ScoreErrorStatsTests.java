/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.segment.ScoreErrors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.opensearch.common.io.stream.BytesStreamOutput;

class ScoreErrorStatsTests {

  private static float[] errors(int count, double scale) {
    Random random = new Random(count);
    float[] errors = new float[count];
    for (int i = 0; i < count; i++) {
      errors[i] = (float) (scale * random.nextGaussian());
    }
    return errors;
  }

  private static double exactPercentile(float[] errors, double share) {
    double[] sorted = new double[errors.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = Math.abs(errors[i]);
    }
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  @Test
  void percentilesAreUpToAFifthTooHigh() {
    for (double scale : new double[] {1e-8, 0.003, 1, 40_000}) {
      float[] errors = errors(1_000, scale);
      ScoreErrorStats stats = ScoreErrorStats.of(new ScoreErrors(errors, 1), 50);
      for (double share : new double[] {0.5, 0.9, 0.99, 1}) {
        double exact = exactPercentile(errors, share);
        double given = stats.percentile(share);
        assertTrue(given >= exact * (1 - 1e-6) && given <= 1.2 * exact, given + " for " + exact);
      }
      assertEquals(scale, stats.rootMeanSquare(), 0.1 * scale);
    }
  }

  @Test
  void segmentsCountWithTheirVectors() {
    ScoreErrorStats large = ScoreErrorStats.of(new ScoreErrors(new float[] {3, -3}, 9), 900);
    ScoreErrorStats small = ScoreErrorStats.of(new ScoreErrors(new float[] {1, 1, 1}, 1), 100);
    ScoreErrorStats both = large.plus(small).plus(ScoreErrorStats.NONE);
    assertEquals(2, both.segments());
    assertEquals(Math.sqrt((9 * 900 + 100) / 1000.0), both.rootMeanSquare(), 1e-9);
    assertEquals(0.1, both.meanError(), 1e-9);
    assertEquals(Math.sqrt((9 * 900 + 100) / (9.0 * 900 + 100)), both.relative(), 1e-9);
    // A tenth of all vectors has an error of 1, the others one of 3.
    assertTrue(both.percentile(0.09) < 1.3);
    assertTrue(both.percentile(0.11) > 2.9);
  }

  @Test
  void ofNothingAndOfNoErrors() {
    ScoreErrorStats nothing = ScoreErrorStats.of(new ScoreErrors(new float[0], 0), 1);
    assertEquals(ScoreErrorStats.NONE, nothing);
    assertTrue(Double.isNaN(nothing.rootMeanSquare()));
    assertTrue(Double.isNaN(nothing.percentile(0.99)));
    assertTrue(Double.isNaN(nothing.relative()));
    ScoreErrorStats exact = ScoreErrorStats.of(new ScoreErrors(new float[] {0, 0}, 4), 10);
    assertEquals(0, exact.rootMeanSquare());
    assertEquals(0, exact.percentile(0.99), 1e-9);
  }

  @Test
  void survivesTheWire() throws IOException {
    ScoreErrorStats stats = ScoreErrorStats.of(new ScoreErrors(errors(64, 0.1), 2), 640);
    try (BytesStreamOutput out = new BytesStreamOutput()) {
      stats.writeTo(out);
      assertEquals(stats, new ScoreErrorStats(out.bytes().streamInput()));
    }
  }
}
