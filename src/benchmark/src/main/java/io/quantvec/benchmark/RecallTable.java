/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import java.util.Locale;

/** How rows are written, for people and for spreadsheets. */
final class RecallTable {

  private static final String HEADINGS = "%-32s %8s %8s %8s %8s %9s %9s%n";
  private static final String CELLS = "%-32s %8.1f %8.4f %8.4f %8.4f %9.2f %9.2f%n";

  /** The first line of a file of comma-separated values. */
  static final String CSV_HEADINGS =
      "data,format,bytes_per_vector,recall,recall_top20,recall_top50,index_s,search_ms";

  private RecallTable() {}

  /** The table's head. */
  static String head(DataSet data) {
    return String.format(
            Locale.ROOT,
            "%n%s: %,d x %d, %s, %,d queries%n",
            data.name(),
            data.base().length,
            data.base()[0].length,
            data.similarity().name().toLowerCase(Locale.ROOT),
            data.queries().length)
        + String.format(
            Locale.ROOT, HEADINGS, "", "bytes/", "recall", "FP32 of", "FP32 of", "index", "search")
        + String.format(
            Locale.ROOT, HEADINGS, "format", "vector", "@10", "top 20", "top 50", "s", "ms/query");
  }

  /** One line of the table. */
  static String line(RecallRow row) {
    return String.format(
        Locale.ROOT,
        CELLS,
        row.format(),
        row.bytesPerVector(),
        row.recall(),
        row.recallTop20(),
        row.recallTop50(),
        row.indexSeconds(),
        row.searchMillis());
  }

  /** One line of comma-separated values. */
  static String csv(RecallRow row) {
    return String.format(
        Locale.ROOT,
        "%s,\"%s\",%.2f,%.4f,%.4f,%.4f,%.3f,%.3f",
        row.dataSet(),
        row.format(),
        row.bytesPerVector(),
        row.recall(),
        row.recallTop20(),
        row.recallTop50(),
        row.indexSeconds(),
        row.searchMillis());
  }
}
