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
 * Starts the benchmark that the system property {@code benchmark} names:
 *
 * <ul>
 *   <li>{@code search}, also without a name: {@link SearchBenchmark}
 *   <li>{@code recall}: {@link RecallBenchmark}
 *   <li>{@code filter}: {@link FilterBenchmark}
 *   <li>{@code defaults}: {@link DefaultsBenchmark}
 *   <li>{@code auto}: {@link AutoBenchmark}
 *   <li>{@code threshold}: {@link ThresholdBenchmark}
 *   <li>{@code segments}: {@link SegmentsBenchmark}
 *   <li>{@code generations}: {@link GenerationsBenchmark}
 *   <li>{@code cold}: {@link ColdBenchmark}
 *   <li>{@code memory}: {@link MemoryBenchmark}
 *   <li>{@code jmh}: {@link SpeedBenchmark}
 * </ul>
 */
public final class Benchmarks {

  private Benchmarks() {}

  /** Takes no arguments: the benchmarks read system properties. */
  public static void main(String[] args) throws Exception {
    String which = Settings.text("benchmark", "search");
    switch (which) {
      // Maven sets a property without a value to "true".
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
