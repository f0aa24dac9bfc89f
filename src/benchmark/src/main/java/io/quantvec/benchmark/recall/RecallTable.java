/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import io.quantvec.benchmark.data.DataSet;
import java.util.Locale;

/** Formats rows for people and for spreadsheets. */
final class RecallTable {

  private static final String CELLS =
      "%-31s %7s  %6s %6s  %7s %7s  %6s %6s %6s  %9s %7s %7s %7s  %8s%n";

  /** The headings of the comma-separated values. */
  static final String CSV_HEADINGS =
      "data,format,bytes_per_vector,recall,recall_exact_query,recall_top20,recall_top50,recall_q8,"
          + "recall_q6,recall_q4,calibration_bytes,calibration_s,encode_s,index_s,search_ms";

  private RecallTable() {}

  /** Returns the head of the table. */
  static String head(DataSet data) {
    return String.format(
            Locale.ROOT,
            "%n%s: %,d x %d, %s, %,d queries%n",
            data.name(),
            data.base().size(),
            data.dimension(),
            data.similarity().name().toLowerCase(Locale.ROOT),
            data.queries().length)
        + line(
            "", "bytes/", "recall", "exact", "FP32 of", "FP32 of", "query", "query", "query",
            "calibr.", "calibr.", "encode", "index", "search")
        + line(
            "format",
            "vector",
            "@10",
            "query",
            "top 20",
            "top 50",
            "8 bit",
            "6 bit",
            "4 bit",
            "bytes",
            "s",
            "s",
            "s",
            "ms/query");
  }

  /** Returns one line of the table. */
  static String line(RecallRow row) {
    RecallRow.Recall recall = row.recall();
    RecallRow.Cost cost = row.cost();
    String none = "-";
    return line(
        row.formatName(),
        number("%.1f", row.bytesPerVector(), none),
        number("%.4f", recall.codes(), none),
        number("%.4f", recall.exactQuery(), none),
        number("%.4f", recall.top20(), none),
        number("%.4f", recall.top50(), none),
        number("%.4f", recall.query8(), none),
        number("%.4f", recall.query6(), none),
        number("%.4f", recall.query4(), none),
        number("%,.0f", cost.calibrationBytes(), none),
        number("%.2f", cost.calibrationSeconds(), none),
        number("%.2f", cost.encodeSeconds(), none),
        number("%.2f", cost.indexSeconds(), none),
        number("%.2f", cost.searchMillis(), none));
  }

  /** Returns one line of comma-separated values. Figures that a format does not have are empty. */
  static String csv(RecallRow row) {
    RecallRow.Recall recall = row.recall();
    RecallRow.Cost cost = row.cost();
    String none = "";
    return String.join(
        ",",
        '"' + row.dataSet() + '"',
        '"' + row.formatName() + '"',
        number("%.2f", row.bytesPerVector(), none),
        number("%.4f", recall.codes(), none),
        number("%.4f", recall.exactQuery(), none),
        number("%.4f", recall.top20(), none),
        number("%.4f", recall.top50(), none),
        number("%.4f", recall.query8(), none),
        number("%.4f", recall.query6(), none),
        number("%.4f", recall.query4(), none),
        number("%.0f", cost.calibrationBytes(), none),
        number("%.3f", cost.calibrationSeconds(), none),
        number("%.3f", cost.encodeSeconds(), none),
        number("%.3f", cost.indexSeconds(), none),
        number("%.3f", cost.searchMillis(), none));
  }

  private static String line(String... cells) {
    return String.format(Locale.ROOT, CELLS, (Object[]) cells);
  }

  private static String number(String format, double value, String none) {
    return Double.isNaN(value) ? none : String.format(Locale.ROOT, format, value);
  }
}
