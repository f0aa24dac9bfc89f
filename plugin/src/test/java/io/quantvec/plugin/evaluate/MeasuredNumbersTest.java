/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.plugin.evaluate.result.MeasuredValues;
import io.quantvec.plugin.evaluate.result.NeighborScoreErrors;
import io.quantvec.plugin.evaluate.result.Percentiles;
import io.quantvec.plugin.evaluate.result.ScoreErrorCollector;
import io.quantvec.plugin.evaluate.trial.PrecisionTrial;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Percentiles, means with their errors, errors of scores, and the numbers of a smaller sample. */
class MeasuredNumbersTest {

  @Test
  void percentilesLieBetweenValues() {
    Percentiles percentiles = new Percentiles(new double[] {4, 1, 3, 2, 5});
    assertEquals(1, percentiles.at(0));
    assertEquals(3, percentiles.at(50));
    assertEquals(4.6, percentiles.at(90), 1e-12);
    assertEquals(5, percentiles.at(100));
    assertEquals(7, new Percentiles(new double[] {7}).at(99));
    assertTrue(Double.isNaN(new Percentiles(new double[0]).at(50)));
  }

  @Test
  void meansHaveErrors() {
    MeasuredValues values = new MeasuredValues();
    assertTrue(Double.isNaN(values.mean()));
    values.add(1);
    assertTrue(Double.isNaN(values.standardError()));
    for (int i = 0; i < 99; i++) {
      values.add(i % 2);
    }
    assertEquals(.5, values.mean());
    assertEquals(100, values.count());
    // The deviation of a coin is 1/2, and that of a mean of 100 a tenth of it.
    assertEquals(.05, values.standardError(), 1e-3);
  }

  @Test
  void scoreErrorsKnowBiasAndSpread() {
    ScoreErrorCollector errors = new ScoreErrorCollector(1);
    assertNull(errors.summary());
    Random random = new Random(1);
    int count = 200_000;
    for (int i = 0; i < count; i++) {
      errors.add(.5 + .01 + .02 * random.nextGaussian(), .5);
    }
    NeighborScoreErrors summary = errors.summary();
    assertEquals(count, summary.neighbors());
    assertEquals(.01, summary.bias(), 5e-4);
    assertEquals(Math.hypot(.01, .02), summary.rms(), 5e-4);
    assertTrue(summary.p99() > .05 && summary.p99() < .065, summary.toString());
    assertEquals(20, summary.histogram().counts().length);
    assertEquals(1 << 16, Arrays.stream(summary.histogram().counts()).sum());
    assertTrue(summary.histogram().from() < 0 && summary.histogram().to() > .07);
  }

  @Test
  void errorsThatAreAllAlikeFillOneBin() {
    ScoreErrorCollector errors = new ScoreErrorCollector(1);
    errors.add(1, 1);
    errors.add(2, 2);
    assertEquals(0, errors.summary().rms());
    assertEquals(2, errors.summary().histogram().counts()[0]);
  }

  @Test
  void aSampleHasFewerNeighborsAndCandidates() {
    assertEquals(10, PrecisionTrial.neighbors(10, 1_000, 1_000));
    assertEquals(5, PrecisionTrial.neighbors(10, 500, 1_000));
    assertEquals(1, PrecisionTrial.neighbors(10, 10_000, 104_575));
    assertEquals(1, PrecisionTrial.neighbors(10, 10_000, 100_000_000));
    assertEquals(3, PrecisionTrial.neighbors(10, 3, 3));
    assertEquals(50, PrecisionTrial.candidates(100, 10, 5, 500));
    // Candidates keep their proportion to a neighbor that stands for less than one.
    assertEquals(10, PrecisionTrial.candidates(100, 10, 1, 10_000));
    assertEquals(7, PrecisionTrial.candidates(100, 10, 5, 7));
  }
}
