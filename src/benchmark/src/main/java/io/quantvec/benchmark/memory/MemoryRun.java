/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.memory;

import io.quantvec.benchmark.data.FloatFile;
import io.quantvec.benchmark.data.GrownData;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.util.IOUtils;

/**
 * The capped process of {@link MemoryBenchmark}. It compiles its code on a small index, reports
 * that, and waits until its cap is set. Then it searches the index, first alone and then while
 * another thread merges.
 */
public final class MemoryRun {

  /** Printed when the process has all memory that it needs without the index. */
  static final String WARM = "warm";

  /** Printed before a phase without a merge. */
  static final String QUIET = "quiet ";

  /** Printed before a phase beside a merge. */
  static final String MERGING = "merging ";

  /** Vectors of the small index. With fewer vectors, segments would have no graph. */
  private static final int WARM_VECTORS = 12_000;

  /** Rounds of warm-up. After one round the compilers would still take memory from the index. */
  private static final int WARM_ROUNDS = 2;

  private static final double WARM_SECONDS = 4;

  private final MemoryTask task;
  private final MemoryFormat format;
  private final float[][] queries;
  private int nextQuery;

  private MemoryRun(MemoryTask task) throws IOException {
    this.task = task;
    this.format = MemoryFormat.named(task.format());
    this.queries = FloatFile.read(task.queries());
  }

  /** Runs the task in the arguments, see {@link MemoryTask#arguments}. */
  public static void main(String[] args) throws IOException {
    MemoryRun run = new MemoryRun(MemoryTask.parse(args));
    run.warmUp();
    System.out.println(WARM);
    if (System.in.read() < 0) {
      return;
    }
    run.measure(System.out);
  }

  private void warmUp() throws IOException {
    MemoryIndex.write(
        task.warmUp(),
        format.format(),
        GrownData.grown(
            Arrays.asList(queries), task.similarity(), Math.max(WARM_VECTORS, queries.length)),
        task.similarity());
    for (int round = 0; round < WARM_ROUNDS; round++) {
      try (MemoryIndex index = new MemoryIndex(task.warmUp(), format.format())) {
        searches(index, over(WARM_SECONDS));
        merging(index, Double.POSITIVE_INFINITY);
      }
    }
    IOUtils.rm(task.warmUp());
    Files.createDirectory(task.warmUp());
    System.gc();
  }

  private void measure(PrintStream out) throws IOException {
    try (MemoryIndex index = new MemoryIndex(task.index(), format.format())) {
      // These searches bring their pages into memory, as far as there is room.
      searches(index, over(task.seconds()));
      out.println(QUIET + searches(index, over(task.seconds())).line());
      MemoryPhase phase = merging(index, task.mergeSeconds());
      out.println(MERGING + phase.line());
      if (!phase.finished()) {
        // A merge that builds a graph does not stop on request. The next writer deletes
        // the files of the merge.
        out.flush();
        Runtime.getRuntime().halt(0);
      }
    }
  }

  private static BooleanSupplier over(double seconds) {
    long start = System.nanoTime();
    return () -> System.nanoTime() - start >= seconds * 1e9;
  }

  private MemoryPhase merging(MemoryIndex index, double maxSeconds) throws IOException {
    CompletableFuture<Void> merge =
        CompletableFuture.runAsync(
            () -> {
              try {
                index.merge();
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            command -> {
              Thread thread = new Thread(command, "merge");
              thread.setDaemon(true);
              thread.start();
            });
    BooleanSupplier late = over(maxSeconds);
    MemoryPhase phase = searches(index, () -> merge.isDone() || late.getAsBoolean());
    if (merge.isDone()) {
      merge.join();
      return phase;
    }
    return phase.unfinished();
  }

  private MemoryPhase searches(MemoryIndex index, BooleanSupplier over) throws IOException {
    long[] nanos = new long[1024];
    int count = 0;
    long faults = ThreadFaults.majorFaults();
    long read = ThreadFaults.bytesRead();
    long start = System.nanoTime();
    do {
      long before = System.nanoTime();
      format.rescoring().search(index.searcher(), queries[nextQuery++ % queries.length], task.ef());
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = System.nanoTime() - before;
    } while (!over.getAsBoolean());
    double seconds = (System.nanoTime() - start) / 1e9;
    return MemoryPhase.of(
        Arrays.copyOf(nanos, count),
        seconds,
        ThreadFaults.majorFaults() - faults,
        ThreadFaults.bytesRead() - read);
  }
}
