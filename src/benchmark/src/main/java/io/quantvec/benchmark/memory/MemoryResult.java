/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a row, of one round or as medians of several rounds.
 *
 * @param row the row
 * @param needed bytes that the process used without the index
 * @param cap bytes that the process could use
 * @param quiet searches alone
 * @param merging searches beside a merge
 */
record MemoryResult(MemoryRow row, long needed, long cap, MemoryPhase quiet, MemoryPhase merging) {

  /** Returns the median of each figure, over rounds of one row. */
  static MemoryResult median(List<MemoryResult> rounds) {
    return new MemoryResult(
        rounds.get(0).row,
        (long) median(rounds, MemoryResult::needed),
        (long) median(rounds, MemoryResult::cap),
        medianPhase(rounds.stream().map(MemoryResult::quiet).toList()),
        medianPhase(rounds.stream().map(MemoryResult::merging).toList()));
  }

  private static MemoryPhase medianPhase(List<MemoryPhase> phases) {
    List<MemoryPhase.Latencies> latencies = phases.stream().map(MemoryPhase::latencies).toList();
    return new MemoryPhase(
        (int) median(phases, MemoryPhase::searches),
        median(phases, MemoryPhase::seconds),
        new MemoryPhase.Latencies(
            median(latencies, MemoryPhase.Latencies::p50),
            median(latencies, MemoryPhase.Latencies::p95),
            median(latencies, MemoryPhase.Latencies::p99),
            median(latencies, MemoryPhase.Latencies::max)),
        median(phases, MemoryPhase::faults),
        median(phases, MemoryPhase::readMegabytes),
        phases.stream().allMatch(MemoryPhase::finished));
  }

  private static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
