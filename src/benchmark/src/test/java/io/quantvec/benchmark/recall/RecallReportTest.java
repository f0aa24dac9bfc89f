/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.recall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;

/** Tests the printed and written rows. */
class RecallReportTest {

  private static RecallRow row(String format, double bytes, double codes, double top20) {
    RecallFormat candidate =
        RecallFormat.all(384, VectorSimilarityFunction.COSINE).stream()
            .filter(c -> c.name().equals(format))
            .findAny()
            .get();
    boolean ours = candidate.lucene() == null;
    return new RecallRow(
        "a, b",
        candidate,
        bytes,
        new RecallRow.Recall(
            codes,
            top20,
            1,
            ours ? .9375 : Double.NaN,
            ours ? .8125 : Double.NaN,
            ours ? .5 : Double.NaN,
            ours ? .25 : Double.NaN),
        new RecallRow.Cost(ours ? 12_345 : Double.NaN, .25, 1.5, 2.75, 3.125));
  }

  @Test
  void aLineHasADashForWhatAFormatDoesNotHave() {
    assertEquals(
        List.of(
            "lucene 1 bit",
            "64.0",
            "0.7000",
            "-",
            "0.9000",
            "1.0000",
            "-",
            "-",
            "-",
            "-",
            "0.25",
            "1.50",
            "2.75",
            "3.13"),
        cells(RecallTable.line(row("lucene 1 bit", 64, .7, .9))));
    assertEquals(
        List.of(
            "quantvec int8",
            "392.0",
            "0.9900",
            "0.9375",
            "1.0000",
            "1.0000",
            "0.8125",
            "0.5000",
            "0.2500",
            "12,345",
            "0.25",
            "1.50",
            "2.75",
            "3.13"),
        cells(RecallTable.line(row("quantvec int8", 392, .99, 1))));
  }

  /** Returns the cells of a line. Names contain single blanks. */
  private static List<String> cells(String line) {
    String name = line.substring(0, 31).trim();
    List<String> numbers = List.of(line.substring(31).trim().split(" +"));
    return Stream.concat(Stream.of(name), numbers.stream()).toList();
  }

  @Test
  void commaSeparatedValuesHaveEmptyCells() {
    assertEquals(
        "\"a, b\",\"lucene 1 bit\",64.00,0.7000,,0.9000,1.0000,,,,,0.250,1.500,2.750,3.125",
        RecallTable.csv(row("lucene 1 bit", 64, .7, .9)));
    assertEquals(
        "\"a, b\",\"quantvec int8\",392.00,0.9900,0.9375,1.0000,1.0000,0.8125,0.5000,0.2500,12345,0.250,"
            + "1.500,2.750,3.125",
        RecallTable.csv(row("quantvec int8", 392, .99, 1)));
    assertEquals(15, RecallTable.CSV_HEADINGS.split(",").length);
  }

  @Test
  void aSummaryTakesTheBestOfLucenesRows() {
    String summary =
        RecallSummary.of(
            List.of(
                row("lucene 1 bit", 64, .70, .90),
                row("lucene 1 bit, unit vectors", 64, .75, .85),
                row("lucene 7 bit", 400, .97, 1),
                row("lucene 8 bit", 400, .985, 1),
                row("quantvec int8", 392, .99, 1),
                row("quantvec bytes of lucene 1 bit", 64, .72, .9125),
                row("quantvec 7 bits", 340, .98, .9995)));
    List<String> lines = summary.lines().map(line -> line.replaceAll(" +", " ")).toList();
    assertEquals(
        List.of(
            "lucene 1 bit 64.0 quantvec bytes of lucene 1 bit 64.0"
                + " 0.7500 0.7200 -0.0300 behind 0.9000 0.9125 +0.0125 ahead",
            "lucene 7 bit 400.0 quantvec int8 392.0"
                + " 0.9700 0.9900 +0.0200 ahead 1.0000 1.0000 +0.0000 even",
            "lucene 7 bit 400.0 quantvec 7 bits 340.0"
                + " 0.9700 0.9800 +0.0100 ahead 1.0000 0.9995 -0.0005 behind",
            "lucene 8 bit 400.0 quantvec int8 392.0"
                + " 0.9850 0.9900 +0.0050 ahead 1.0000 1.0000 +0.0000 even",
            "lucene 8 bit 400.0 quantvec 7 bits 340.0"
                + " 0.9850 0.9800 -0.0050 behind 1.0000 0.9995 -0.0005 behind",
            "recall@10: ahead at 2 of Lucene's 3 encodings, behind at 1",
            "FP32 of top 20: ahead at 1 of Lucene's 3 encodings, behind at 0"),
        lines.subList(3, lines.size()));
  }

  @Test
  void moreBytesAreNeverAhead() {
    String summary =
        RecallSummary.of(
            List.of(
                row("lucene 1 bit", 64, .70, .90),
                row("quantvec bytes of lucene 1 bit", 65, .9, .95)));
    assertTrue(summary.contains("+0.2000 larger"), summary);
    assertTrue(
        summary.contains("recall@10: ahead at 0 of Lucene's 1 encodings, behind at 0"), summary);
  }

  @Test
  void rowsOfOneSideHaveNoSummary() {
    assertEquals("", RecallSummary.of(List.of(row("lucene 1 bit", 64, .7, .9))));
    assertEquals("", RecallSummary.of(List.of(row("quantvec int8", 392, .7, .9))));
  }
}
