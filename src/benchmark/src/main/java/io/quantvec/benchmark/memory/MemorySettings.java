/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.settings.DataSelection;
import io.quantvec.benchmark.settings.Settings;
import java.nio.file.Path;

/**
 * What {@link MemoryBenchmark} measures.
 *
 * @param data the data sets; the benchmark measures the first one and adds copies to a data set
 *     with fewer vectors
 * @param work an existing folder in which indexes are built and deleted
 * @param rows a regular expression for names of rows; empty for all
 * @param rounds rounds of all rows
 * @param seconds seconds of searches before a merge, and of as many unmeasured ones before
 * @param mergeSeconds the longest wait for a merge
 * @param cap the capped process
 */
record MemorySettings(
    DataSelection data,
    Path work,
    String rows,
    int rounds,
    int seconds,
    int mergeSeconds,
    Cap cap) {

  /**
   * The process whose memory is capped.
   *
   * @param group the folder of the control group in which a group is made; empty for the topmost
   *     one
   * @param headroom memory on top of codes and graph, in percent of them
   * @param heapMegabytes heap of the process
   */
  record Cap(String group, int headroom, int heapMegabytes) {}

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
        DataSelection.ofProperties(VECTORS, QUERIES),
        Path.of(Settings.text("benchmark.work", System.getProperty("java.io.tmpdir"))),
        Settings.text("benchmark.formats", ""),
        Settings.number("benchmark.rounds", ROUNDS),
        Settings.number("benchmark.seconds", SECONDS),
        Settings.number("benchmark.merge.seconds", MERGE_SECONDS),
        new Cap(
            Settings.text("benchmark.cgroup", ""),
            Settings.number("benchmark.headroom", HEADROOM),
            Settings.number("benchmark.child.heap", HEAP_MEGABYTES)));
  }
}
