/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.kernel;

import io.quantvec.benchmark.settings.Settings;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link KernelBenchmark} and {@link ScorerBenchmark} by JMH, all in nanoseconds a record.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code benchmark.include}: a regular expression that finds the benchmarks to run; all
 *   <li>{@code benchmark.args}: further arguments of JMH's command line, separated by blanks, as in
 *       {@code -p dimension=384 -p access=HOT -i 3}; warm-ups under ten seconds measure a Vector
 *       API that is not compiled yet
 * </ul>
 */
public final class SpeedBenchmark {

  private SpeedBenchmark() {}

  /** Runs what the system properties say. */
  public static void main(String[] args) throws Exception {
    String arguments = Settings.text("benchmark.args", "");
    CommandLineOptions options =
        new CommandLineOptions(arguments.isEmpty() ? new String[0] : arguments.split("\\s+"));
    new Runner(
            new OptionsBuilder()
                .parent(options)
                .include(Settings.text("benchmark.include", ".*"))
                .build())
        .run();
  }
}
