/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.cold;

import com.sun.management.OperatingSystemMXBean;
import io.quantvec.benchmark.data.FloatFile;
import io.quantvec.benchmark.index.Rescoring;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.MMapDirectory;

/**
 * The fresh process of {@link ColdBenchmark}. Searches an index on one thread from the start, and
 * prints when each search ended, by wall clock and by CPU time.
 */
public final class ColdRun {

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** Time between two reads of the CPU clock, which is slower to read than the wall clock. */
  private static final long LOOK_NANOS = 1_000_000;

  private ColdRun() {}

  /**
   * Takes the folder of the index, the file of queries, the name of a {@link Rescoring}, ef, and
   * the seconds of CPU time to search. Prints for each search the nanoseconds of wall time and CPU
   * time from the start of the first search to its end, and its wall time.
   */
  public static void main(String[] args) throws IOException {
    float[][] queries = FloatFile.read(Path.of(args[1]));
    Rescoring rescoring = ColdBenchmark.WAYS.get(args[2]);
    int ef = Integer.parseInt(args[3]);
    long nanos = (long) (Double.parseDouble(args[4]) * 1e9);
    long[] wall = new long[1 << 16];
    long[] cpu = new long[1 << 16];
    int count = 0;
    try (MMapDirectory directory = new MMapDirectory(Path.of(args[0]));
        DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setQueryCache(null);
      long startCpu = PROCESS.getProcessCpuTime();
      long start = System.nanoTime();
      long lookedAt = 0;
      do {
        if (count == wall.length) {
          wall = Arrays.copyOf(wall, 2 * count);
          cpu = Arrays.copyOf(cpu, 2 * count);
        }
        rescoring.search(searcher, queries[count % queries.length], ef);
        wall[count] = System.nanoTime() - start;
        boolean look = count == 0 || wall[count] - lookedAt >= LOOK_NANOS;
        cpu[count] = look ? PROCESS.getProcessCpuTime() - startCpu : cpu[count - 1];
        lookedAt = look ? wall[count] : lookedAt;
        count++;
      } while (cpu[count - 1] < nanos);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(wall[i]).append(' ').append(cpu[i]).append('\n');
    }
    System.out.print(text);
  }
}
