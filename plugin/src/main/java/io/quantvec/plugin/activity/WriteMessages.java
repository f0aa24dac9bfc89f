/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.SegmentField;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs which calibrations are learned, and which merges encode vectors that were encoded before.
 * Merges that learn are logged each; of flushes, whose segments may each learn a calibration at the
 * same time, and of merges that only take over another segment's calibration, one for each field in
 * ten minutes.
 */
final class WriteMessages {

  private final Consumer<String> log;
  private final Pauses flushes;
  private final Pauses merges;

  WriteMessages(Consumer<String> log) {
    this(log, System::nanoTime);
  }

  WriteMessages(Consumer<String> log, LongSupplier nanoTime) {
    this.log = log;
    this.flushes = new Pauses(nanoTime);
    this.merges = new Pauses(nanoTime);
  }

  /**
   * @param merge whether a merge wrote it, and not a flush
   */
  void consider(String index, String field, SegmentField written, boolean merge) {
    boolean learned = written.provenance().origin() == CodeOrigin.LEARNED;
    int encoded = written.vectors() - written.provenance().copied();
    if (written.calibrationId() == null || encoded == 0) {
      return;
    }
    if (learned ? merge || flushes.isOver(index, field) : merge && merges.isOver(index, field)) {
      log.accept(message(index, field, written, merge));
    }
  }

  private static String message(String index, String field, SegmentField written, boolean merge) {
    int encoded = written.vectors() - written.provenance().copied();
    String what =
        written.provenance().origin() == CodeOrigin.LEARNED
            ? String.format(
                Locale.ROOT,
                "a %s learned the calibration [%s] from %d vectors and encoded %d of %d vectors",
                merge ? "merge" : "flush",
                written.calibrationId(),
                written.calibration().sampleSize(),
                encoded,
                written.vectors())
            : String.format(
                Locale.ROOT,
                "a merge re-encoded %d of %d vectors with the calibration [%s]",
                encoded,
                written.vectors(),
                written.calibrationId());
    return String.format(
        Locale.ROOT,
        "index [%s], field [%s]: %s: precision [%s], rerank copy [%s], reason [%s], code error"
            + " %.4f",
        index,
        field,
        what,
        written.config().precision().name().toLowerCase(Locale.ROOT),
        written.rerankCopy().name().toLowerCase(Locale.ROOT),
        written.provenance().reason().name().toLowerCase(Locale.ROOT),
        written.fit().liveError());
  }
}
