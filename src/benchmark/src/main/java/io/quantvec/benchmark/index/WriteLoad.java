/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.index;

import io.quantvec.benchmark.data.DataSet;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;

/**
 * Searches while a second thread replaces documents of the same index at a fixed rate and refreshes
 * the readers. Nothing is committed, so the index does not change.
 *
 * @param index the index to change
 * @param data the vectors of the index
 * @param rescoring how candidates are rescored
 */
public record WriteLoad(LuceneIndex index, DataSet data, Rescoring rescoring)
    implements UnderWrites {

  /** Ten refreshes per second, each with a segment of its own: more than a busy node makes. */
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A thousand documents per second, fewer than the slowest row indexes with a core of its own. */
  private static final int DOCUMENTS = 100;

  @Override
  public double queriesPerSecond(float[][] queries, int ef, double seconds) throws IOException {
    try (IndexWriter writer = index.append();
        SearcherManager readers = new SearcherManager(writer, new Uncached())) {
      CountDownLatch done = new CountDownLatch(1);
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> write(writer, readers, done), command -> new Thread(command, "writes").start());
      double rate;
      try {
        rate = search(readers, queries, ef, seconds);
      } finally {
        done.countDown();
        try {
          writing.join();
        } catch (CompletionException e) {
          throw new IOException("the writing thread failed", e.getCause());
        }
      }
      writer.rollback();
      return rate;
    }
  }

  private double search(SearcherManager readers, float[][] queries, int ef, double seconds)
      throws IOException {
    long start = System.nanoTime();
    long nanos = (long) (seconds * 1e9);
    long count = 0;
    long passed;
    do {
      IndexSearcher searcher = readers.acquire();
      try {
        rescoring.search(searcher, queries[(int) (count % queries.length)], ef);
      } finally {
        readers.release(searcher);
      }
      count++;
      passed = System.nanoTime() - start;
    } while (passed < nanos);
    return count * 1e9 / passed;
  }

  private void write(IndexWriter writer, SearcherManager readers, CountDownLatch done) {
    SplittableRandom random = new SplittableRandom(1);
    try {
      long due = System.nanoTime();
      do {
        for (int i = 0; i < DOCUMENTS; i++) {
          int id = random.nextInt(data.base().size());
          index.replace(writer, id, data.base().get(id));
        }
        readers.maybeRefreshBlocking();
        due += PACE_NANOS;
      } while (!done.await(due - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  /** Makes searchers without a query cache. */
  private static final class Uncached extends SearcherFactory {
    @Override
    public IndexSearcher newSearcher(IndexReader reader, IndexReader previous) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setQueryCache(null);
      return searcher;
    }
  }
}
