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
 * Runs {@link KernelBenchmark} and {@link ScorerBenchmark} with JMH. Results are nanoseconds per
 * record.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code benchmark.include}: a regular expression for the names of benchmarks; default: all
 *   <li>{@code benchmark.args}: further JMH arguments, separated by blanks, as in {@code -p
 *       dimension=384 -p access=HOT -i 3}. Warm-ups under ten seconds measure a Vector API that is
 *       not compiled yet
 * </ul>
 */
public final class SpeedBenchmark {

  private SpeedBenchmark() {}

  /** Runs the benchmarks that the system properties select. */
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
