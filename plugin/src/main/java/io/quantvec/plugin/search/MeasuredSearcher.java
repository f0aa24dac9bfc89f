/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.util.Objects;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;

/**
 * Runs {@code quantized_knn} queries to measure what they find and what they cost. It runs the
 * query that a search would run, with nested vectors and rescoring; only the source of candidates
 * may differ. For one thread.
 */
public final class MeasuredSearcher extends IndexSearcher {

  /** Where candidates come from. */
  public enum Source {
    /** As in a search: the graph, if there is one. */
    SEARCH,
    /** From a scan of every code: what a search would find if the graph missed nothing. */
    CODES,
    /** From a scan of the rerank copies: the true neighbors. For queries that do not rescore. */
    RERANK_COPY
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
    // A cached query would make the next query cheaper than a search.
    setQueryCache(null);
  }

  /** The work since the last call. */
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
