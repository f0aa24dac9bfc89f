/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * The demo's result: what each precision costs and what it finds.
 *
 * @param rows one for each precision
 * @param docs how many vectors are indexed
 * @param k how many neighbours were searched
 */
public record RecallTable(List<Row> rows, int docs, int k) {

  private static final int FP32_BYTES = SentenceEmbedder.DIMENSION * Float.BYTES;

  public RecallTable {
    rows = List.copyOf(rows);
  }

  /**
   * One precision.
   *
   * @param precision its name
   * @param bytes what its files take
   * @param codesOnly what searching the codes alone gave
   * @param rescored what searching with rescoring gave
   */
  public record Row(
      String precision, SegmentBytes bytes, Measurement codesOnly, Measurement rescored) {}

  /** The precisions that find less than this share of the neighbours in spite of rescoring. */
  public List<String> below(double recall) {
    return rows.stream()
        .filter(row -> row.rescored().recall() < recall)
        .map(Row::precision)
        .toList();
  }

  /** Prints the table. */
  public void print(PrintStream out) {
    String ruler =
        "+-----------+---------+----------+---------+---------+------------+----------+------------+----------+";
    out.println(ruler);
    out.println(
        "|           |      bytes a vector, from the files    |  recall@%-11d | median latency, ms    |"
            .formatted(k));
    out.println(
        "| precision |   codes |  of FP32 |  rerank |   graph | codes only | rescored | codes only | rescored |");
    out.println(ruler);
    for (Row row : rows) {
      double codes = aVector(row.bytes().codes());
      out.println(
          String.format(
              Locale.ROOT,
              "| %-9s | %7.1f | %6.1f %% | %7.1f | %7.1f | %10.3f | %8.3f | %10.2f | %8.2f |",
              row.precision(),
              codes,
              100 * codes / FP32_BYTES,
              aVector(row.bytes().rerank()),
              aVector(row.bytes().graph()),
              row.codesOnly().recall(),
              row.rescored().recall(),
              row.codesOnly().medianMillis(),
              row.rescored().medianMillis()));
    }
    out.println(ruler);
  }

  private double aVector(long bytes) {
    return (double) bytes / docs;
  }
}
