/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.settings.Settings;
import java.nio.file.Path;

/**
 * What {@link MemoryBenchmark} measures.
 *
 * @param folder the folder with the data sets
 * @param work an existing folder in which indexes are built and deleted
 * @param group the folder of the control group in which a group is made; empty for the topmost one
 * @param sets a regular expression for names of data sets; empty for the first data set
 * @param rows a regular expression for names of rows; empty for all
 * @param vectors vectors of an index; copies are added to a data set with fewer
 * @param queries the largest number of queries
 * @param rounds rounds of all rows
 * @param seconds seconds of searches before a merge, and of as many unmeasured ones before
 * @param mergeSeconds the longest wait for a merge
 * @param headroom memory on top of codes and graph, in percent of them
 * @param heapMegabytes heap of the capped process
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

  /** With this number a recall of .95 has a standard error of .003. */
  private static final int QUERIES = 500;

  private static final int ROUNDS = 3;
  private static final int SECONDS = 10;
  private static final int MERGE_SECONDS = 300;
  private static final int HEADROOM = 10;

  /** The build of a graph of a million vectors takes 150 MB. */
  private static final int HEAP_MEGABYTES = 256;

  /** Reads the system properties. */
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
