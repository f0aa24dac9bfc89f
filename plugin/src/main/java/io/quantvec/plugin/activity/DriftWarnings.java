/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import io.quantvec.codec.FieldQuantization;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Warns of segments whose vectors are not what their calibration was learned from, where nothing is
 * done about it: a static calibration stays, and so does one of codes that there is no finer copy
 * of.
 */
final class DriftWarnings {

  /** Of one field: segments may be written every second, and each would say the same. */
  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** An index that is gone leaves its name; so many are not worth a thought. */
  private static final int MAX_FIELDS = 10_000;

  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private final Map<String, Long> warned = new ConcurrentHashMap<>();

  DriftWarnings(Consumer<String> log) {
    this(log, System::nanoTime);
  }

  DriftWarnings(Consumer<String> log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  void consider(String index, String field, FieldQuantization written) {
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
    long now = nanoTime.getAsLong();
    if (warned.size() >= MAX_FIELDS) {
      warned.clear();
    }
    boolean[] first = new boolean[1];
    warned.compute(
        index + '/' + field,
        (key, last) -> {
          first[0] = last == null || now - last >= PAUSE_NANOS;
          return first[0] ? Long.valueOf(now) : last;
        });
    if (first[0]) {
      log.accept(message);
    }
  }
}
