/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeProvenance;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DriftWarningsTests {

  private static SegmentField segment(float driftRatio, CodeReason reason) {
    Random random = new Random(3);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      vectors.add(new float[] {random.nextFloat(), random.nextFloat(), random.nextFloat()});
    }
    Calibration calibration = new Calibrator().int8(vectors);
    float liveError = (float) (Math.sqrt(driftRatio) * calibration.expectedError());
    return WrittenFields.of(
        calibration, new CodeProvenance(CodeOrigin.INHERITED, reason, 0, null), liveError);
  }

  @Test
  void oneAFieldInTenMinutes() {
    List<String> log = new ArrayList<>();
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    DriftWarnings warnings = new DriftWarnings(log::add, now::get);
    SegmentField drifted = segment(9, CodeReason.FITS);
    warnings.consider("i", "f", segment(1, CodeReason.FITS));
    assertEquals(0, log.size());
    warnings.consider("i", "f", drifted);
    warnings.consider("i", "f", drifted);
    assertEquals(1, log.size());
    assertTrue(
        log.get(0)
            .startsWith("index [i], field [f]: a segment of 500 vectors has a drift ratio of 9.00"),
        log::toString);
    assertTrue(log.get(0).contains("[cafe]"), log::toString);
    warnings.consider("i", "g", drifted);
    warnings.consider("j", "f", drifted);
    assertEquals(3, log.size());
    now.addAndGet(TimeUnit.MINUTES.toNanos(10) - 1);
    warnings.consider("i", "f", drifted);
    assertEquals(3, log.size());
    now.incrementAndGet();
    warnings.consider("i", "f", drifted);
    assertEquals(4, log.size());
  }

  @Test
  void adviceIsWhatCanBeDone() {
    assertTrue(Drift.advice(segment(9, CodeReason.FITS)).contains("a merge learns another"));
    assertTrue(Drift.advice(segment(9, CodeReason.KEPT)).contains("[rerank: none]"));
  }
}
