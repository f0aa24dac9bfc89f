/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets one message a field through in ten minutes: segments may be written every second. */
final class Pauses {

  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Names of deleted indexes stay until there are so many fields. */
  private static final int MAX_FIELDS = 10_000;

  private final LongSupplier nanoTime;
  private final Map<String, Long> last = new ConcurrentHashMap<>();

  /**
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  Pauses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether the last message of the field was long enough ago; if so, the next pause begins. */
  boolean isOver(String index, String field) {
    long now = nanoTime.getAsLong();
    if (last.size() >= MAX_FIELDS) {
      last.clear();
    }
    boolean[] over = new boolean[1];
    last.compute(
        index + '/' + field,
        (key, before) -> {
          over[0] = before == null || now - before >= PAUSE_NANOS;
          return over[0] ? Long.valueOf(now) : before;
        });
    return over[0];
  }
}
