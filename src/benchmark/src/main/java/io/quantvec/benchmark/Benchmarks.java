/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import io.quantvec.benchmark.cold.ColdBenchmark;
import io.quantvec.benchmark.defaults.AutoBenchmark;
import io.quantvec.benchmark.defaults.DefaultsBenchmark;
import io.quantvec.benchmark.defaults.ThresholdBenchmark;
import io.quantvec.benchmark.filter.FilterBenchmark;
import io.quantvec.benchmark.kernel.SpeedBenchmark;
import io.quantvec.benchmark.memory.MemoryBenchmark;
import io.quantvec.benchmark.recall.RecallBenchmark;
import io.quantvec.benchmark.search.SearchBenchmark;
import io.quantvec.benchmark.segments.GenerationsBenchmark;
import io.quantvec.benchmark.segments.SegmentsBenchmark;
import io.quantvec.benchmark.settings.Settings;

/**
 * Starts the benchmark that the system property {@code benchmark} names: {@code search}, which is
 * {@link SearchBenchmark} and what is run without a name, {@code filter}, which is {@link
 * FilterBenchmark}, {@code auto}, which is {@link AutoBenchmark}, {@code defaults}, which is {@link
 * DefaultsBenchmark}, {@code generations}, which is {@link GenerationsBenchmark}, {@code recall},
 * which is {@link RecallBenchmark}, {@code cold}, which is {@link ColdBenchmark}, {@code memory},
 * which is {@link MemoryBenchmark}, or {@code jmh}, which is {@link SpeedBenchmark}.
 */
public final class Benchmarks {

  private Benchmarks() {}

  /** Takes no arguments: the benchmarks read system properties. */
  public static void main(String[] args) throws Exception {
    String which = Settings.text("benchmark", "search");
    switch (which) {
      // Maven gives a property that has a name only the value true.
      case "search", "true" -> SearchBenchmark.main(args);
      case "auto" -> AutoBenchmark.main(args);
      case "defaults" -> DefaultsBenchmark.main(args);
      case "generations" -> GenerationsBenchmark.main(args);
      case "filter" -> FilterBenchmark.main(args);
      case "threshold" -> ThresholdBenchmark.main(args);
      case "segments" -> SegmentsBenchmark.main(args);
      case "recall" -> RecallBenchmark.main(args);
      case "cold" -> ColdBenchmark.main(args);
      case "memory" -> MemoryBenchmark.main(args);
      case "jmh" -> SpeedBenchmark.main(args);
      default ->
          throw new IllegalArgumentException(
              "unknown benchmark ["
                  + which
                  + "], expected search, filter, auto, defaults, generations, threshold,"
                  + " segments, recall, cold, memory or jmh");
    }
  }
}
