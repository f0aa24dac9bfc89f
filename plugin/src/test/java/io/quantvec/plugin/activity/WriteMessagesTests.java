/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeProvenance;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WriteMessagesTests {

  private static final Calibration CALIBRATION = FixedCalibrations.local(new float[] {1, 2});

  private final List<String> log = new ArrayList<>();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final WriteMessages messages = new WriteMessages(log::add, now::get);

  private static SegmentField segment(CodeOrigin origin, CodeReason reason, int copied) {
    return WrittenFields.of(CALIBRATION, new CodeProvenance(origin, reason, copied, null), 0.125f);
  }

  private static final SegmentField LEARNED = segment(CodeOrigin.LEARNED, CodeReason.GROWN, 0);

  @Test
  void segmentsOfOneFlushAreOneMessage() {
    for (int i = 0; i < 4; i++) {
      messages.consider("i", "f", LEARNED, false);
    }
    assertEquals(
        List.of(
            "index [i], field [f]: a flush learned the calibration [cafe] from "
                + CALIBRATION.sampleSize()
                + " vectors and encoded 500 of 500 vectors: precision [int8], rerank copy [fp32],"
                + " reason [grown], code error 0.1250"),
        log);
    messages.consider("i", "g", LEARNED, false);
    messages.consider("j", "f", LEARNED, false);
    assertEquals(3, log.size());
    now.addAndGet(TimeUnit.MINUTES.toNanos(10));
    messages.consider("i", "f", LEARNED, false);
    assertEquals(4, log.size());
  }

  @Test
  void mergesThatLearnAreAllLogged() {
    messages.consider("i", "f", LEARNED, true);
    messages.consider("i", "f", LEARNED, true);
    assertEquals(2, log.size());
    assertEquals(
        "index [i], field [f]: a merge learned the calibration [cafe] from "
            + CALIBRATION.sampleSize()
            + " vectors and encoded 500 of 500 vectors: precision [int8], rerank copy [fp32],"
            + " reason [grown], code error 0.1250",
        log.get(0));
  }

  @Test
  void mergesThatReencodeAreLoggedNowAndThen() {
    SegmentField partly = segment(CodeOrigin.PARTLY_COPIED, CodeReason.FITS, 400);
    messages.consider("i", "f", partly, true);
    messages.consider("i", "f", partly, true);
    assertEquals(
        List.of(
            "index [i], field [f]: a merge re-encoded 100 of 500 vectors with the calibration"
                + " [cafe]: precision [int8], rerank copy [fp32], reason [fits], code error"
                + " 0.1250"),
        log);
    messages.consider("i", "g", segment(CodeOrigin.COPIED, CodeReason.FITS, 500), true);
    messages.consider("i", "g", segment(CodeOrigin.INHERITED, CodeReason.FITS, 0), false);
    assertEquals(1, log.size());
  }
}
