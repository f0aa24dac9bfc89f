/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/**
 * What a search did in all segments.
 *
 * @param visited vectors whose codes a walk through the graph scored
 * @param scanned vectors that were scored one after the other
 * @param reranked vectors whose rerank copy was scored
 */
public record SearchWork(long visited, long scanned, long reranked) {

  static final SearchWork NONE = new SearchWork(0, 0, 0);

  /** Both together. */
  public SearchWork plus(SearchWork other) {
    return new SearchWork(
        visited + other.visited, scanned + other.scanned, reranked + other.reranked);
  }
}
