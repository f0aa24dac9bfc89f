/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.measure.CurvePoint;
import io.quantvec.benchmark.measure.SearchResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes comma-separated values: a line for each row and ef. Each line repeats the figures of its
 * row.
 */
final class SearchCsv {

  private SearchCsv() {}

  /** Returns the line of headings. */
  static String headings() {
    List<String> cells =
        new ArrayList<>(
            List.of(
                "data",
                "vectors",
                "dimension",
                "queries",
                "row",
                "family",
                "ef",
                "recall",
                "qps",
                "index_s",
                "merge_s",
                "build_ratio",
                "codes_bytes",
                "graph_bytes",
                "rerank_bytes",
                "rest_bytes",
                "touched_bytes",
                "work_ef",
                "all_cores_qps",
                "under_writes_qps"));
    for (double recall : SearchComparison.RECALLS) {
      cells.add("qps_at_" + Math.round(recall * 100));
    }
    for (SearchRow.Family family : SearchComparison.PEERS) {
      for (double recall : SearchComparison.RECALLS) {
        String name = family.name().toLowerCase(Locale.ROOT);
        cells.add("by_" + name + "_at_" + Math.round(recall * 100));
      }
    }
    return String.join(",", cells);
  }

  /** Returns the lines of one data set. Unknown values are empty. */
  static List<String> lines(DataSet data, List<SearchResult> results) {
    SearchComparison comparison = new SearchComparison(results);
    List<String> lines = new ArrayList<>();
    for (SearchResult result : results) {
      for (CurvePoint point : result.curve().points()) {
        List<String> cells = new ArrayList<>();
        cells.add('"' + data.name() + '"');
        cells.add(Integer.toString(data.base().size()));
        cells.add(Integer.toString(data.dimension()));
        cells.add(Integer.toString(data.queries().length));
        cells.add('"' + result.row() + '"');
        cells.add(result.family().name().toLowerCase(Locale.ROOT));
        cells.add(Integer.toString(point.ef()));
        cells.add(number("%.4f", point.recall()));
        cells.add(number("%.1f", point.qps()));
        addRow(cells, comparison, result);
        lines.add(String.join(",", cells));
      }
    }
    return lines;
  }

  private static void addRow(List<String> cells, SearchComparison comparison, SearchResult result) {
    IndexCost cost = result.cost();
    cells.add(number("%.3f", cost.indexSeconds()));
    cells.add(number("%.3f", cost.mergeSeconds()));
    cells.add(number("%.3f", comparison.buildRatio(result)));
    cells.add(Long.toString(cost.codes()));
    cells.add(Long.toString(cost.graph()));
    cells.add(Long.toString(cost.rerank()));
    cells.add(Long.toString(cost.rest()));
    cells.add(result.touchedBytes() < 0 ? "" : Long.toString(result.touchedBytes()));
    cells.add(Integer.toString(result.workEf()));
    cells.add(number("%.1f", result.allCoresQps()));
    cells.add(number("%.1f", result.underWritesQps()));
    for (double recall : SearchComparison.RECALLS) {
      cells.add(number("%.1f", result.curve().qpsAt(recall)));
    }
    for (SearchRow.Family family : SearchComparison.PEERS) {
      for (double recall : SearchComparison.RECALLS) {
        cells.add(number("%.3f", comparison.ratio(result, family, recall)));
      }
    }
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }
}
