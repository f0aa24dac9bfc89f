/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import io.quantvec.benchmark.contender.Contenders;
import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.measure.CurvePoint;
import io.quantvec.benchmark.measure.SearchResult;
import io.quantvec.benchmark.report.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats the tables of one data set. */
final class SearchTable {

  private SearchTable() {}

  /**
   * Returns all tables with explanations of their columns.
   *
   * @param vectors number of vectors of the data set
   */
  static String of(List<SearchResult> results, int vectors) {
    SearchComparison comparison = new SearchComparison(results);
    String line = System.lineSeparator();
    return line
        + "Seconds on one thread, and megabytes on disk. \"touched\" counts the megabytes that"
        + " queries read."
        + line
        + line
        + costs(comparison, vectors)
        + line
        + "Recall@10 and queries per second on one thread, by ef."
        + line
        + line
        + curves(results)
        + line
        + "Queries per second on one thread at a recall. At the smallest ef that reaches .95, also"
        + " with one thread per core, and beside a thread that writes."
        + line
        + line
        + rates(results)
        + line
        + "Quantvec's rate divided by that of Lucene's best quantized row, of Lucene's graph over"
        + " floats, and"
        + " of JVector's best row, at the same recall."
        + line
        + line
        + ratios(comparison);
  }

  private static TextTable costs(SearchComparison comparison, int vectors) {
    TextTable table =
        new TextTable(
            List.of(
                "row",
                "index s",
                "merge s",
                "of " + Contenders.BASELINE,
                "codes MB",
                "graph MB",
                "rerank MB",
                "rest MB",
                "disk MB",
                "bytes per vector",
                "touched MB",
                "at ef"));
    for (SearchResult result : comparison.results()) {
      IndexCost cost = result.cost();
      table.add(
          List.of(
              result.row(),
              TextTable.number("%.1f", cost.indexSeconds()),
              TextTable.number("%.1f", cost.mergeSeconds()),
              TextTable.number("%.2f", comparison.buildRatio(result)),
              megabytes(cost.codes()),
              megabytes(cost.graph()),
              megabytes(cost.rerank()),
              megabytes(cost.rest()),
              megabytes(cost.bytes()),
              TextTable.number("%.0f", (double) cost.bytes() / vectors),
              result.touchedBytes() < 0 ? "-" : megabytes(result.touchedBytes()),
              Integer.toString(result.workEf())));
    }
    return table;
  }

  private static String megabytes(long bytes) {
    return TextTable.number("%.1f", bytes / 1e6);
  }

  private static TextTable curves(List<SearchResult> results) {
    List<String> headings = new ArrayList<>(List.of("row"));
    for (CurvePoint point : results.get(0).curve().points()) {
      headings.add("ef " + point.ef());
    }
    TextTable table = new TextTable(headings);
    for (SearchResult result : results) {
      List<String> cells = new ArrayList<>(List.of(result.row()));
      for (CurvePoint point : result.curve().points()) {
        cells.add(String.format(Locale.ROOT, "%.4f %,6.0f", point.recall(), point.qps()));
      }
      table.add(cells);
    }
    return table;
  }

  private static TextTable rates(List<SearchResult> results) {
    List<String> headings = new ArrayList<>(List.of("row"));
    for (double recall : SearchComparison.RECALLS) {
      headings.add(String.format(Locale.ROOT, "at %.2f", recall));
    }
    headings.addAll(List.of("ef", "all cores", "under writes"));
    TextTable table = new TextTable(headings);
    for (SearchResult result : results) {
      List<String> cells = new ArrayList<>(List.of(result.row()));
      for (double recall : SearchComparison.RECALLS) {
        cells.add(TextTable.number("%,.0f", result.curve().qpsAt(recall)));
      }
      cells.add(Integer.toString(result.workEf()));
      cells.add(TextTable.number("%,.0f", result.allCoresQps()));
      cells.add(TextTable.number("%,.0f", result.underWritesQps()));
      table.add(cells);
    }
    return table;
  }

  private static TextTable ratios(SearchComparison comparison) {
    List<String> headings = new ArrayList<>(List.of("row"));
    for (SearchRow.Family family : SearchComparison.PEERS) {
      for (double recall : SearchComparison.RECALLS) {
        headings.add(String.format(Locale.ROOT, "%s %.2f", label(family), recall));
      }
    }
    TextTable table = new TextTable(headings);
    for (SearchResult result : comparison.results()) {
      if (result.family() == SearchRow.Family.QUANTVEC) {
        List<String> cells = new ArrayList<>(List.of(result.row()));
        for (SearchRow.Family family : SearchComparison.PEERS) {
          for (double recall : SearchComparison.RECALLS) {
            cells.add(TextTable.number("%.2f", comparison.ratio(result, family, recall)));
          }
        }
        table.add(cells);
      }
    }
    return table;
  }

  private static String label(SearchRow.Family family) {
    return family.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
