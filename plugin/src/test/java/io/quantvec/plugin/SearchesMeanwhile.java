/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.NoShardAvailableActionException;
import org.opensearch.action.search.SearchPhaseExecutionException;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.ShardSearchFailure;
import org.opensearch.action.support.TransportActions;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.node.NodeClosedException;
import org.opensearch.search.SearchContextMissingException;
import org.opensearch.search.SearchHit;
import org.opensearch.transport.ConnectTransportException;
import org.opensearch.transport.SendRequestTransportException;
import org.opensearch.transport.client.Client;

/**
 * Searches of vectors, each behind one of the control, from some threads until it is closed. What a
 * search may fail by is that a copy is not where it was: what the platform itself calls that, which
 * comes without a line of this plugin in its trace. All else is an error of ours.
 */
final class SearchesMeanwhile implements AutoCloseable {

  private static final int THREADS = 2;

  private final Client client;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger gone = new AtomicInteger();
  private final AtomicInteger controlGone = new AtomicInteger();
  private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads;

  /**
   * @param leastHits that every search has, as many documents as were there before
   */
  SearchesMeanwhile(Client client, int leastHits) {
    this.client = client;
    this.threads =
        List.of(new Thread(() -> run(0, leastHits)), new Thread(() -> run(1, leastHits)));
    threads.forEach(Thread::start);
  }

  private void run(int seed, int leastHits) {
    for (int i = seed; !closed.get(); i += THREADS) {
      try {
        search(
            n -> client.prepareSearch(VectorClusterTestCase.CONTROL).setSize(10),
            i,
            leastHits,
            controlGone);
        search(
            n ->
                VectorClusterTestCase.nearest(
                    client,
                    VectorClusterTestCase.INDEX,
                    n % 2 == 0 ? VectorClusterTestCase.GRAPH : VectorClusterTestCase.SCAN,
                    VectorClusterTestCase.vector(2_000_000 + n),
                    VectorClusterTestCase.K),
            i,
            leastHits,
            gone);
        done.incrementAndGet();
      } catch (Throwable e) {
        errors.add(e);
      }
    }
  }

  private static void search(
      IntFunction<SearchRequestBuilder> request, int number, int leastHits, AtomicInteger gone) {
    SearchResponse response;
    try {
      response = request.apply(number).get();
    } catch (SearchPhaseExecutionException e) {
      requireGone(e.shardFailures());
      count(gone);
      return;
    } catch (NoShardAvailableActionException | ClusterBlockException e) {
      count(gone);
      return;
    }
    // The platform counts a shard without a copy as not successful, and not as failed.
    if (response.getSuccessfulShards() < response.getTotalShards()) {
      requireGone(response.getShardFailures());
      count(gone);
      return;
    }
    if (response.getHits().getTotalHits().value() < leastHits) {
      throw new AssertionError("expected " + leastHits + " hits: " + response);
    }
    if (response.getHits().getHits().length < leastHits) {
      // Nor does it say so if a copy closes between a search's two phases: its hits are left out.
      count(gone);
      return;
    }
    float last = Float.POSITIVE_INFINITY;
    for (SearchHit hit : response.getHits()) {
      if (!(hit.getScore() <= last)) {
        throw new AssertionError("not in the order of scores: " + response);
      }
      last = hit.getScore();
    }
  }

  /** Rests, so that it is the time which counts, and not how fast a machine fails again. */
  private static void count(AtomicInteger gone) {
    gone.incrementAndGet();
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
  }

  private static void requireGone(ShardSearchFailure[] failures) {
    for (ShardSearchFailure failure : failures) {
      Throwable cause = ExceptionsHelper.unwrapCause(failure.getCause());
      boolean gone =
          TransportActions.isShardNotAvailableException(cause)
              || cause instanceof NodeClosedException
              || cause instanceof ConnectTransportException
              || cause instanceof SendRequestTransportException
              || cause instanceof SearchContextMissingException;
      if (!gone || ExceptionsHelper.stackTrace(failure.getCause()).contains("io.quantvec.codec")) {
        throw new AssertionError("an error of the search itself", failure.getCause());
      }
    }
  }

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for some more searches. */
  void await(int more) throws InterruptedException {
    int until = done.get() + more;
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (done.get() < until && errors.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("searches are stuck at " + done);
      }
      Thread.sleep(10);
    }
  }

  /** Ends the searches and fails if one of them had an error. */
  @Override
  public void close() {
    closed.set(true);
    threads.forEach(SearchesMeanwhile::join);
    if (!errors.isEmpty()) {
      AssertionError error = new AssertionError(errors.size() + " searches had errors");
      errors.stream().limit(5).forEach(error::addSuppressed);
      throw error;
    }
    // Both are asked of the same copies in turn: by chance one of them meets a few more.
    if (gone.get() > 2 * controlGone.get() + 5) {
      throw new AssertionError(
          gone + " searches met a copy that was gone, but only " + controlGone + " of the control");
    }
  }
}
