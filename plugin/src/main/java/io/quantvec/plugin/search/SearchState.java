/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.plugin.activity.SearchCounter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.opensearch.common.util.BigArrays;

/**
 * What one search of a shard knows and remembers about one {@link QuantizedKnnQuery}, so that the
 * query itself is immutable. A query shares its state with the queries that it is rewritten to; no
 * other search does. Safe for use by many threads.
 */
public final class SearchState {

  private final AliasView view;
  private final BigArrays bigArrays;
  private final SearchCounter counter;
  private volatile Known known;
  private volatile Query profiledAs;

  /** The hits of a complete search of a reader. */
  private record Known(Object reader, ShardHits hits) {}

  /**
   * @param view what the search's alias shows
   * @param bigArrays knows the circuit breaker; null for none
   * @param counter told of each search; null for none
   */
  public SearchState(AliasView view, BigArrays bigArrays, SearchCounter counter) {
    this.view = view;
    this.bigArrays = bigArrays;
    this.counter = counter;
  }

  /** The state of a search that no alias narrows, no breaker bounds and nobody counts. */
  static SearchState unobserved() {
    return new SearchState(new AliasView(alias -> alias), null, null);
  }

  /** What the search's alias shows. */
  public AliasView view() {
    return view;
  }

  /** Null if nobody counts. */
  SearchCounter counter() {
    return counter;
  }

  /** The memory of a search of one shard, to be closed after the search. */
  RequestMemory newMemory(String field) {
    return RequestMemory.of(bigArrays, field);
  }

  /**
   * The query under which the platform's profile knows this one: the query itself or a boost around
   * it. Null if the search is not profiled.
   */
  Query profiledAs() {
    return profiledAs;
  }

  /** Notes that the platform profiles the query, and as what. */
  void setProfiledAs(Query query) {
    profiledAs = query;
  }

  /**
   * What the search has found before. An explanation of each hit makes a weight of its own, and
   * would otherwise search the shard again.
   *
   * @return null if this reader was not searched, or not to the end
   */
  ShardHits known(IndexSearcher searcher) {
    Known last = known;
    return last != null && last.reader == searcher.getIndexReader() ? last.hits : null;
  }

  /** Keeps what was found, unless the search ended early. */
  void remember(IndexSearcher searcher, ShardHits hits) {
    if (!hits.partial()) {
      known = new Known(searcher.getIndexReader(), hits);
    }
  }
}
