/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * The demo's result: what each way to keep vectors costs and what it finds.
 *
 * @param rows one for each way
 * @param docs how many vectors are indexed
 * @param k how many neighbours were searched
 */
public record RecallTable(List<Row> rows, int docs, int k) {

  public RecallTable {
    rows = List.copyOf(rows);
  }

  /**
   * One way.
   *
   * @param keeping what is kept of a vector
   * @param bytes what its files take
   * @param codesOnly what searching the codes alone gave
   * @param rescored what searching with rescoring gave
   */
  public record Row(
      DemoIndex.Keeping keeping, SegmentBytes bytes, Measurement codesOnly, Measurement rescored) {}

  /** The ways that find less than this share of the neighbours in spite of rescoring. */
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
        "|                        |      bytes a vector, from the files   |  recall@%-13d | median latency, ms    |"
            .formatted(k));
    out.println(
        "| codes + finer copy     |   codes |  rerank |   graph | all [1] | codes only | rescored | codes only | rescored |");
    out.println(ruler);
    for (Row row : rows) {
      out.println(
          String.format(
              Locale.ROOT,
              "| %-22s | %7.1f | %7.1f | %7.1f | %7.1f | %10.3f | %8.3f | %10.2f | %8.2f |",
              row.keeping().label(),
              aVector(row.bytes().codes()),
              aVector(row.bytes().rerank()),
              aVector(row.bytes().graph()),
              aVector(row.bytes().all()),
              row.codesOnly().recall(),
              row.rescored().recall(),
              row.codesOnly().medianMillis(),
              row.rescored().medianMillis()));
    }
    out.println(ruler);
    out.println("[1] the whole index: with the words, the definitions and the documents' sources");
  }

  /** The bytes of the whole index in one way, as a share of those in another. */
  public double ofWhole(DemoIndex.Keeping part, DemoIndex.Keeping whole) {
    return (double) row(part).bytes().all() / row(whole).bytes().all();
  }

  private Row row(DemoIndex.Keeping keeping) {
    return rows.stream().filter(row -> row.keeping().equals(keeping)).findFirst().orElseThrow();
  }

  private double aVector(long bytes) {
    return (double) bytes / docs;
  }
}
