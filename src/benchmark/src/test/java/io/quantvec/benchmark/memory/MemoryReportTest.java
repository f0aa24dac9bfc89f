/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.index.IndexCost;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;

class MemoryReportTest {

  private static final double DELTA = 1e-9;

  /** Returns searches of 1 to {@code slowest} milliseconds, the slowest first. */
  private static MemoryPhase phase(int slowest) {
    long[] nanos = LongStream.range(0, slowest).map(i -> (slowest - i) * 1_000_000).toArray();
    return MemoryPhase.of(nanos, 2.5, 3L * slowest, 7_000_000);
  }

  private static MemoryResult result(int needed, int slowest) {
    MemoryRow row =
        new MemoryRow(
            MemoryFormat.all().get(0),
            Path.of("index"),
            new IndexCost(1, 0, 3_000_000, 1_000_000, 90_000_000, 5),
            120,
            .9512);
    return new MemoryResult(
        row, needed, needed + row.hotBytes(), phase(slowest), phase(2 * slowest).unfinished());
  }

  @Test
  void quantilesAreOfTheSortedTimes() {
    MemoryPhase phase = phase(200);
    assertEquals(200, phase.searches());
    assertEquals(100, phase.latencies().p50(), DELTA);
    assertEquals(190, phase.latencies().p95(), DELTA);
    assertEquals(198, phase.latencies().p99(), DELTA);
    assertEquals(200, phase.latencies().max(), DELTA);
    assertEquals(3, phase.faults(), DELTA);
    assertEquals(7, phase.readMegabytes(), DELTA);
    assertTrue(phase.finished());
  }

  @Test
  void phasesAndTasksPassFromProcessToProcess() {
    assertEquals(phase(30), MemoryPhase.parse(phase(30).line()));
    MemoryPhase unfinished = phase(30).unfinished();
    assertFalse(unfinished.finished());
    assertEquals(unfinished, MemoryPhase.parse(unfinished.line()));
    assertThrows(IllegalArgumentException.class, () -> MemoryPhase.parse("1 2 3"));
    MemoryTask task =
        new MemoryTask(
            "a name, of words",
            Path.of("an index"),
            Path.of("warm"),
            Path.of("queries"),
            VectorSimilarityFunction.EUCLIDEAN,
            80,
            1.5,
            60);
    assertEquals(task, MemoryTask.parse(task.arguments().toArray(String[]::new)));
  }

  @Test
  void mediansAreOfEachFigure() {
    MemoryResult median =
        MemoryResult.median(List.of(result(500, 40), result(900, 10), result(700, 20)));
    assertEquals(700, median.needed());
    assertEquals(4_000_700, median.cap());
    assertEquals(20, median.quiet().latencies().max(), DELTA);
    assertEquals(40, median.merging().latencies().max(), DELTA);
    assertFalse(median.merging().finished());
  }

  @Test
  void tablesAndValuesHaveAllFigures() {
    MemoryResult result = result(500_000, 20);
    String[] headings = MemoryTable.csvHeadings().split(",");
    String[] cells = MemoryTable.csvLine("tiny", 400, 1, result).split(",");
    assertEquals(headings.length, cells.length);
    int merging = List.of(headings).indexOf("merging_p95_ms");
    assertEquals("38.000", cells[merging]);
    assertEquals("false", cells[cells.length - 1]);
    String latencies = MemoryTable.latencies(List.of(result));
    assertTrue(latencies.contains("| > 2.5 |"), latencies);
    assertTrue(latencies.contains(" 38.00 |"), latencies);
    String indexes = MemoryTable.indexes(List.of(result));
    assertTrue(indexes.contains("| 4.5 |") || indexes.contains("    4.5 |"), indexes);
  }

  @Test
  void everyRowHasAName() {
    List<MemoryFormat> all = MemoryFormat.all();
    assertTrue(all.size() >= 2, all.toString());
    assertArrayEquals(
        all.stream().map(MemoryFormat::name).toArray(),
        all.stream().map(row -> MemoryFormat.named(row.name()).name()).distinct().toArray());
    assertThrows(IllegalArgumentException.class, () -> MemoryFormat.named("nobody"));
  }
}
