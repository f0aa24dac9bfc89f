/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import io.quantvec.codec.segment.SegmentField;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Warns of segments whose vectors have drifted from their calibration where no merge corrects it: a
 * static calibration stays, and a calibration of codes without rerank copies stays.
 */
final class DriftWarnings {

  private final Consumer<String> log;
  private final Pauses pauses;

  DriftWarnings(Consumer<String> log) {
    this(log, System::nanoTime);
  }

  DriftWarnings(Consumer<String> log, LongSupplier nanoTime) {
    this.log = log;
    this.pauses = new Pauses(nanoTime);
  }

  void consider(String index, String field, SegmentField written) {
    if (!written.isDrifted()) {
      return;
    }
    String message =
        String.format(
            Locale.ROOT,
            "index [%s], field [%s]: a segment of %d vectors has a drift ratio of %.2f, above its"
                + " threshold of %.2f: %s",
            index,
            field,
            written.vectors(),
            written.driftRatio(),
            written.driftThreshold(),
            Drift.advice(written));
    if (pauses.isOver(index, field)) {
      log.accept(message);
    }
  }
}
