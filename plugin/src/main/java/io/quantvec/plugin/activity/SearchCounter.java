/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import java.util.concurrent.atomic.LongAdder;

/** Counts the searches of one field in one shard. Many threads may count at the same time. */
public final class SearchCounter {

  private final LongAdder searches = new LongAdder();
  private final LongAdder visited = new LongAdder();
  private final LongAdder scored = new LongAdder();
  private final LongAdder reranked = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  /** A counter at zero. */
  public SearchCounter() {}

  /**
   * Counts one search of a shard.
   *
   * @param visited vectors that a traversal of a graph scored
   * @param scored vectors whose codes were scored, those among them
   * @param reranked vectors whose rerank copy was scored
   * @param bytesRead bytes that all these have
   * @param nanos time from the start to the end
   */
  public void add(long visited, long scored, long reranked, long bytesRead, long nanos) {
    searches.increment();
    this.visited.add(visited);
    this.scored.add(scored);
    this.reranked.add(reranked);
    this.bytesRead.add(bytesRead);
    this.nanos.add(nanos);
  }

  /** The counts so far. */
  public SearchTotals totals() {
    return new SearchTotals(
        searches.sum(), visited.sum(), scored.sum(), reranked.sum(), bytesRead.sum(), nanos.sum());
  }
}
