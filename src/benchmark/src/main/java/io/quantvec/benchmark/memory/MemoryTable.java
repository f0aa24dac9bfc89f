/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.report.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats the tables and the comma-separated values of {@link MemoryBenchmark}. */
final class MemoryTable {

  private static final List<String> CSV =
      List.of(
          "data,vectors,row,round,ef,recall,codes_bytes,graph_bytes,rerank_bytes,needed_bytes",
          "cap_bytes",
          phaseHeadings("quiet"),
          phaseHeadings("merging"),
          "merge_finished");

  private MemoryTable() {}

  private static String phaseHeadings(String phase) {
    List<String> headings = new ArrayList<>();
    for (String figure :
        "searches s p50_ms p95_ms p99_ms max_ms faults_per_search read_mb".split(" ")) {
      headings.add(phase + "_" + figure);
    }
    return String.join(",", headings);
  }

  /** Returns the table of memory and caps. */
  static String indexes(List<MemoryResult> results) {
    TextTable table =
        new TextTable(
            List.of(
                "row",
                "ef",
                "recall",
                "codes MB",
                "graph MB",
                "rerank MB",
                "process MB",
                "cap MB"));
    for (MemoryResult result : results) {
      IndexCost cost = result.row().cost();
      table.add(
          List.of(
              result.row().format().name(),
              Integer.toString(result.row().ef()),
              TextTable.number("%.4f", result.row().recall()),
              megabytes(cost.codes()),
              megabytes(cost.graph()),
              megabytes(cost.rerank()),
              megabytes(result.needed()),
              megabytes(result.cap())));
    }
    return table.toString();
  }

  /** Returns the table of search times, alone and beside a merge. */
  static String latencies(List<MemoryResult> results) {
    TextTable table =
        new TextTable(
            List.of("row", "when", "p50 ms", "p95", "p99", "max", "faults", "read MB", "s"));
    for (MemoryResult result : results) {
      addPhase(table, result.row().format().name(), "quiet", result.quiet());
      addPhase(table, result.row().format().name(), "merging", result.merging());
    }
    return table.toString();
  }

  private static void addPhase(TextTable table, String name, String when, MemoryPhase phase) {
    table.add(
        List.of(
            name,
            when,
            TextTable.number("%.2f", phase.latencies().p50()),
            TextTable.number("%.2f", phase.latencies().p95()),
            TextTable.number("%.2f", phase.latencies().p99()),
            TextTable.number("%.1f", phase.latencies().max()),
            TextTable.number("%.2f", phase.faults()),
            TextTable.number("%.0f", phase.readMegabytes()),
            // The run did not wait for the end of the merge.
            (phase.finished() ? "" : "> ") + TextTable.number("%.1f", phase.seconds())));
  }

  private static String megabytes(long bytes) {
    return TextTable.number("%.1f", bytes / 1e6);
  }

  /** Returns the headings of the comma-separated values. */
  static String csvHeadings() {
    return String.join(",", CSV);
  }

  /** Returns the line of one round. */
  static String csvLine(String data, int vectors, int round, MemoryResult result) {
    IndexCost cost = result.row().cost();
    List<Object> cells = new ArrayList<>();
    cells.add('"' + data + '"');
    cells.add(vectors);
    cells.add('"' + result.row().format().name() + '"');
    cells.add(round);
    cells.add(result.row().ef());
    cells.add(result.row().recall());
    cells.add(cost.codes());
    cells.add(cost.graph());
    cells.add(cost.rerank());
    cells.add(result.needed());
    cells.add(result.cap());
    for (MemoryPhase phase : List.of(result.quiet(), result.merging())) {
      cells.add(phase.searches());
      for (double figure :
          new double[] {
            phase.seconds(),
            phase.latencies().p50(),
            phase.latencies().p95(),
            phase.latencies().p99(),
            phase.latencies().max(),
            phase.faults(),
            phase.readMegabytes()
          }) {
        cells.add(String.format(Locale.ROOT, "%.3f", figure));
      }
    }
    cells.add(result.merging().finished());
    return String.join(",", cells.stream().map(Object::toString).toList());
  }
}
