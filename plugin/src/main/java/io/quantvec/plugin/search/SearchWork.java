/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/**
 * The work of a search in all segments.
 *
 * @param visited vectors whose codes a traversal of the graph scored
 * @param scanned vectors that were scored by a scan
 * @param reranked vectors whose rerank copy was scored
 */
public record SearchWork(long visited, long scanned, long reranked) {

  static final SearchWork NONE = new SearchWork(0, 0, 0);

  /** The sum of this and another. */
  public SearchWork plus(SearchWork other) {
    return new SearchWork(
        visited + other.visited, scanned + other.scanned, reranked + other.reranked);
  }
}
