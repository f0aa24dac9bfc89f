/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * A search strategy for collecting candidates that are rescored afterwards. Codes are scored with a
 * query that is rounded to fewer bits, which is faster and ranks nearly as well. Other formats
 * ignore the difference.
 */
public final class CandidateSearchStrategy extends KnnSearchStrategy.Hnsw
    implements RescoringStrategy {

  /**
   * The threshold for searches that never use Lucene's filtered algorithm (ACORN), which skips to
   * neighbors' neighbors that match the filter. On 104,575 vectors, at equal time, that algorithm
   * finds 0.94 of the ten nearest vectors and the ordinary algorithm 0.99 if 40 % of the documents
   * match, and 0.91 against 0.99 if 10 % match. If fewer match, a scan is faster than both.
   */
  public static final int WITHOUT_FILTERED_SEARCH = 0;

  /**
   * @param filteredSearchThreshold the percentage of matching documents, 0 to 100, below which a
   *     filtered search of a graph uses Lucene's filtered algorithm
   */
  public CandidateSearchStrategy(int filteredSearchThreshold) {
    super(filteredSearchThreshold);
  }

  @Override
  public boolean rescores() {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CandidateSearchStrategy && super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + 1;
  }
}
