/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * The result of the demo: cost and recall of each way to store vectors.
 *
 * @param rows one row for each way
 * @param docs number of indexed vectors
 * @param k number of neighbors that were searched
 */
public record DemoTable(List<Row> rows, int docs, int k) {

  public DemoTable {
    rows = List.copyOf(rows);
  }

  /**
   * One way to store vectors.
   *
   * @param keeping the settings of the mapping
   * @param bytes bytes of the files
   * @param codesOnly recall and latency of searches of the codes only
   * @param rescored recall and latency of searches with rescoring
   */
  public record Row(
      DemoIndex.Keeping keeping, SegmentBytes bytes, Measurement codesOnly, Measurement rescored) {}

  /** Returns the ways that find less than this share of the neighbors in spite of rescoring. */
  public List<String> below(double recall) {
    return rows.stream()
        .filter(row -> row.rescored().recall() < recall)
        .map(row -> row.keeping().label())
        .toList();
  }

  /** Prints the table. */
  public void print(PrintStream out) {
    String ruler =
        "+------------------------+---------+---------+---------+---------+------------+----------+------------+----------+";
    out.println(ruler);
    out.println(
        "|                        |      bytes per vector, from the files |  recall@%-13d | median latency, ms    |"
            .formatted(k));
    out.println(
        "| codes + rerank copy    |   codes |  rerank |   graph | all [1] | codes only | rescored | codes only | rescored |");
    out.println(ruler);
    for (Row row : rows) {
      out.println(
          String.format(
              Locale.ROOT,
              "| %-22s | %7.1f | %7.1f | %7.1f | %7.1f | %10.3f | %8.3f | %10.2f | %8.2f |",
              row.keeping().label(),
              perVector(row.bytes().codes()),
              perVector(row.bytes().rerank()),
              perVector(row.bytes().graph()),
              perVector(row.bytes().all()),
              row.codesOnly().recall(),
              row.rescored().recall(),
              row.codesOnly().medianMillis(),
              row.rescored().medianMillis()));
    }
    out.println(ruler);
    out.println("[1] the whole index, including words, definitions and the sources of documents");
  }

  /** Returns the bytes of the whole index in one way, as a share of the bytes in another. */
  public double ofWhole(DemoIndex.Keeping part, DemoIndex.Keeping whole) {
    return (double) row(part).bytes().all() / row(whole).bytes().all();
  }

  private Row row(DemoIndex.Keeping keeping) {
    return rows.stream().filter(row -> row.keeping().equals(keeping)).findFirst().orElseThrow();
  }

  private double perVector(long bytes) {
    return (double) bytes / docs;
  }
}
