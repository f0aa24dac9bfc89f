/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.settings.Settings;
import java.nio.file.Path;

/**
 * What {@link MemoryBenchmark} runs.
 *
 * @param folder the data sets' folder
 * @param work where indexes are built and deleted; it exists
 * @param group the control group's folder in which a group is made; empty for the topmost one
 * @param sets a regular expression that finds the names of data sets; empty for the first one
 * @param rows a regular expression that finds the names of rows; empty for all
 * @param vectors of an index; if the data have fewer, copies are added
 * @param queries to take of the data set, at most
 * @param rounds of all rows
 * @param seconds of searches before a merge, and as many before they are measured
 * @param mergeSeconds after which a merge is not waited for
 * @param headroom per cent of codes and graph that may be used beside them
 * @param heapMegabytes of the capped process
 */
record MemorySettings(
    Path folder,
    Path work,
    String group,
    String sets,
    String rows,
    int vectors,
    int queries,
    int rounds,
    int seconds,
    int mergeSeconds,
    int headroom,
    int heapMegabytes) {

  private static final int VECTORS = 400_000;

  /** A recall of .95 has a standard error of .003 with so many. */
  private static final int QUERIES = 500;

  private static final int ROUNDS = 3;
  private static final int SECONDS = 10;
  private static final int MERGE_SECONDS = 300;
  private static final int HEADROOM = 10;

  /** A graph of a million vectors takes 150 MB while it is built. */
  private static final int HEAP_MEGABYTES = 256;

  /** What the system properties say. */
  static MemorySettings ofProperties() {
    return new MemorySettings(
        Path.of(Settings.text("benchmark.data", "")),
        Path.of(Settings.text("benchmark.work", System.getProperty("java.io.tmpdir"))),
        Settings.text("benchmark.cgroup", ""),
        Settings.text("benchmark.sets", ""),
        Settings.text("benchmark.formats", ""),
        Settings.number("benchmark.vectors", VECTORS),
        Settings.number("benchmark.queries", QUERIES),
        Settings.number("benchmark.rounds", ROUNDS),
        Settings.number("benchmark.seconds", SECONDS),
        Settings.number("benchmark.merge.seconds", MERGE_SECONDS),
        Settings.number("benchmark.headroom", HEADROOM),
        Settings.number("benchmark.child.heap", HEAP_MEGABYTES));
  }
}
