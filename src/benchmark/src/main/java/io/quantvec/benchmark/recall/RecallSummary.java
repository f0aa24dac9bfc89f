/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.index.LuceneEncodings;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * Compares Quantvec with Lucene at equal or fewer bytes: a line for each Quantvec row and each
 * Lucene encoding with which the row is compared. If an encoding has several rows, each figure is
 * the best of them. The last lines count encodings, each by the best Quantvec row.
 */
final class RecallSummary {

  private static final String CELLS = "%-13s %7s  %-30s %7s  %6s %6s %7s %-6s  %6s %6s %7s %-6s";

  /**
   * Smaller than the recall of one neighbor of one query, and larger than a sum's rounding error.
   */
  private static final double EQUAL = 1e-9;

  private RecallSummary() {}

  /** How Quantvec's figure compares with Lucene's, best first. */
  private enum Verdict {
    AHEAD,
    EVEN,
    BEHIND,
    /** Not compared, because the codes took more bytes. */
    LARGER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A figure of Lucene and of Quantvec. */
  private record Figure(double lucene, double ours, boolean larger) {

    Verdict verdict() {
      if (larger) {
        return Verdict.LARGER;
      }
      if (Math.abs(ours - lucene) < EQUAL) {
        return Verdict.EVEN;
      }
      return ours > lucene ? Verdict.AHEAD : Verdict.BEHIND;
    }
  }

  /** Returns the lines for one data set; empty if no two rows can be compared. */
  static String of(List<RecallRow> rows) {
    StringBuilder lines = new StringBuilder();
    Map<ScalarEncoding, Verdict> codes = new EnumMap<>(ScalarEncoding.class);
    Map<ScalarEncoding, Verdict> top20 = new EnumMap<>(ScalarEncoding.class);
    for (ScalarEncoding encoding : LuceneEncodings.ALL) {
      List<RecallRow> lucene =
          rows.stream().filter(row -> row.format().lucene() == encoding).toList();
      for (RecallRow ours : rows) {
        if (!lucene.isEmpty() && ours.format().rivals().contains(encoding)) {
          Figure ofCodes = figure(lucene, ours, row -> row.recall().codes());
          Figure ofTop20 = figure(lucene, ours, row -> row.recall().top20());
          codes.merge(encoding, ofCodes.verdict(), RecallSummary::better);
          top20.merge(encoding, ofTop20.verdict(), RecallSummary::better);
          lines.append(line(encoding, lucene.get(0), ours, ofCodes, ofTop20));
        }
      }
    }
    if (lines.isEmpty()) {
      return "";
    }
    return head() + lines + tally("recall@10", codes) + tally("FP32 of top 20", top20);
  }

  private static Verdict better(Verdict a, Verdict b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Figure figure(
      List<RecallRow> lucene, RecallRow ours, ToDoubleFunction<RecallRow> figure) {
    return new Figure(
        lucene.stream().mapToDouble(figure).max().getAsDouble(),
        figure.applyAsDouble(ours),
        ours.bytesPerVector() > lucene.get(0).bytesPerVector());
  }

  private static String head() {
    return System.lineSeparator()
        + line("beside", "bytes/", "", "bytes/", "@10", "@10", "", "", "top 20", "top 20", "", "")
        + line(
            "", "vector", "ours", "vector", "Lucene", "ours", "by", "", "Lucene", "ours", "by", "");
  }

  private static String line(
      ScalarEncoding encoding, RecallRow lucene, RecallRow ours, Figure codes, Figure top20) {
    return line(
        LuceneEncodings.name(encoding),
        number("%.1f", lucene.bytesPerVector()),
        ours.formatName(),
        number("%.1f", ours.bytesPerVector()),
        number("%.4f", codes.lucene()),
        number("%.4f", codes.ours()),
        number("%+.4f", codes.ours() - codes.lucene()),
        codes.verdict().word(),
        number("%.4f", top20.lucene()),
        number("%.4f", top20.ours()),
        number("%+.4f", top20.ours() - top20.lucene()),
        top20.verdict().word());
  }

  private static String line(String... cells) {
    return String.format(Locale.ROOT, CELLS, (Object[]) cells).stripTrailing()
        + System.lineSeparator();
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String tally(String figure, Map<ScalarEncoding, Verdict> verdicts) {
    return String.format(
        Locale.ROOT,
        "%s: ahead at %d of Lucene's %d encodings, behind at %d%n",
        figure,
        Collections.frequency(verdicts.values(), Verdict.AHEAD),
        verdicts.size(),
        Collections.frequency(verdicts.values(), Verdict.BEHIND));
  }
}
