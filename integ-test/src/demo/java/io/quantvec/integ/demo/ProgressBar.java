/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows the progress of a step. On a terminal it redraws one line. Elsewhere it prints a line at
 * every tenth, so that a log stays readable. Threads may share it.
 */
public final class ProgressBar {

  private static final int WIDTH = 30;
  private static final long REDRAW_NANOS = 100_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private final String label;
  private final int total;
  private final long started = System.nanoTime();
  private int done;
  private long drawn = started - REDRAW_NANOS;
  private int tenths;

  /**
   * @param out where the bar is drawn
   * @param terminal whether that is a terminal
   * @param label the name of the step
   * @param total number of things to do, at least 1
   */
  public ProgressBar(PrintStream out, boolean terminal, String label, int total) {
    this.out = out;
    this.terminal = terminal;
    this.label = label;
    this.total = total;
  }

  /** Adds completed things. */
  public synchronized void advance(int count) {
    done += count;
    if (terminal) {
      long now = System.nanoTime();
      if (now - drawn >= REDRAW_NANOS || done == total) {
        drawn = now;
        out.print("\r" + line() + (done == total ? System.lineSeparator() : ""));
        out.flush();
      }
    } else if ((int) (10L * done / total) > tenths) {
      tenths = (int) (10L * done / total);
      out.println(line());
    }
  }

  private String line() {
    double seconds = Math.max(1e-3, (System.nanoTime() - started) / 1e9);
    double rate = done / seconds;
    int filled = (int) ((long) WIDTH * done / total);
    String when =
        done == total
            ? String.format(Locale.ROOT, "%.1f s", seconds)
            : String.format(Locale.ROOT, "%.0f s left", (total - done) / rate);
    // The blanks at the end overwrite the rest of a longer line.
    return String.format(
        Locale.ROOT,
        "  %-10s [%s%s] %3d%%  %,d of %,d  %,.0f/s  %s    ",
        label,
        "#".repeat(filled),
        ".".repeat(WIDTH - filled),
        100L * done / total,
        done,
        total,
        rate,
        when);
  }
}
