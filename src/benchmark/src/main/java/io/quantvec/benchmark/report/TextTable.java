/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A table in Markdown. The columns are aligned, so that the source text is readable, too. */
public final class TextTable {

  private final List<List<String>> lines = new ArrayList<>();

  public TextTable(List<String> headings) {
    lines.add(headings);
  }

  /** Adds a line with one cell for each heading. */
  public void add(List<String> cells) {
    if (cells.size() != lines.get(0).size()) {
      throw new IllegalArgumentException(
          "expected " + lines.get(0).size() + " cells, got " + cells.size());
    }
    lines.add(cells);
  }

  /** Formats a number; an unknown number (NaN) becomes a dash. */
  public static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  @Override
  public String toString() {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    List<String> rule = new ArrayList<>(Collections.nCopies(widths.length, "-:"));
    rule.set(0, ":-");
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < lines.size(); row++) {
      text.append(line(lines.get(row), widths));
      if (row == 0) {
        text.append(line(rule, widths));
      }
    }
    return text.toString();
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder text = new StringBuilder("|");
    for (int i = 0; i < widths.length; i++) {
      // Names are aligned to the left, numbers to the right.
      String format = i == 0 ? " %-" + widths[i] + "s |" : " %" + widths[i] + "s |";
      text.append(String.format(Locale.ROOT, format, cells.get(i)));
    }
    return text.append(System.lineSeparator()).toString();
  }
}
