/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;

/**
 * Runs {@code quantized_knn} queries to see what they find and what they cost. The query is the one
 * that a search would run, nested vectors and rescoring included; only where it gets its candidates
 * from may be another place. For one thread.
 */
public final class MeasuredSearcher extends IndexSearcher {

  /** Where candidates come from. */
  public enum Source {
    /** From where a search has them: the graph, if there is one. */
    SEARCH,
    /** From a scan of every code: what the codes tell, had the graph no gaps. */
    CODES,
    /** From a scan of the rerank copies: the nearest. Meant for queries that do not rescore. */
    FINEST
  }

  private final Source source;
  private SearchWork work = SearchWork.NONE;

  /**
   * @param reader the shard
   * @param source where candidates come from
   */
  public MeasuredSearcher(IndexReader reader, Source source) {
    super(reader);
    this.source = Objects.requireNonNull(source, "source");
    // What one query left there would make the next one cheaper than it is.
    setQueryCache(null);
  }

  /** What was done since this was last called. */
  public SearchWork takeWork() {
    SearchWork taken = work;
    work = SearchWork.NONE;
    return taken;
  }

  static Source sourceOf(IndexSearcher searcher) {
    return searcher instanceof MeasuredSearcher measured ? measured.source : Source.SEARCH;
  }

  /** Adds what a search did in all segments. */
  void add(LeafWork sum) {
    work = work.plus(new SearchWork(sum.visited, sum.scanned, sum.reranked));
  }
}
