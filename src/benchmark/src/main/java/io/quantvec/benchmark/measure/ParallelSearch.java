/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.measure;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.index.Searcher;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.util.IOUtils;

/** Distributes queries over a fixed number of threads. */
final class ParallelSearch implements Closeable {

  private final int threads;
  private final ExecutorService pool;

  ParallelSearch(int threads) {
    this.threads = threads;
    this.pool = Executors.newFixedThreadPool(threads);
  }

  /** Returns the queries per second of all threads together. Each query runs once. */
  double queriesPerSecond(SearchRow row, int ef) throws IOException {
    float[][] queries = row.data().queries();
    List<Searcher> open = new ArrayList<>();
    try {
      AtomicInteger next = new AtomicInteger();
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Searcher searcher = row.searchers().open();
        open.add(searcher);
        tasks.add(
            () -> {
              for (int q = next.getAndIncrement(); q < queries.length; q = next.getAndIncrement()) {
                searcher.search(queries[q], ef);
              }
              return null;
            });
      }
      long start = System.nanoTime();
      for (Future<Void> future : pool.invokeAll(tasks)) {
        future.get();
      }
      return queries.length * 1e9 / (System.nanoTime() - start);
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException("a parallel search failed", e);
    } finally {
      IOUtils.close(open);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
