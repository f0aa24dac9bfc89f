/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import io.quantvec.codec.search.DefaultEffort;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * The goal to find the k nearest vectors, and how much of a shard is searched for them.
 *
 * @param k hits that are returned, at least 1; of nested vectors, parents that have hits
 * @param rescored candidates of the whole shard that are rescored by their rerank copies: 0 for
 *     none, otherwise at least k
 * @param ef candidates of the whole shard that are kept while its graphs are searched, at least k;
 *     of an adaptive search, how many are expected to be worthwhile
 * @param mostEf candidates that are kept at most, at least ef; more than ef if the search is
 *     adaptive, see {@link DefaultEffort}
 */
public record SearchEffort(int k, int rescored, int ef, int mostEf) implements SearchGoal {

  public SearchEffort {
    if (k < 1 || ef < k || (rescored != 0 && rescored < k) || mostEf < ef) {
      throw new IllegalArgumentException(
          "k must be at least 1, ef and rescored at least k, and mostEf at least ef: k="
              + k
              + ", rescored="
              + rescored
              + ", ef="
              + ef
              + ", mostEf="
              + mostEf);
    }
  }

  /** A fixed effort, the same for all queries. */
  public SearchEffort(int k, int rescored, int ef) {
    this(k, rescored, ef, ef);
  }

  /**
   * The effort of a query that names no ef.
   *
   * @param rescored candidates that are scored again; 0 for none
   * @param limit the largest ef that may be
   */
  public static SearchEffort byDefault(
      VectorSimilarityFunction similarity, int k, int rescored, int limit) {
    if (!DefaultEffort.adaptsTo(similarity)) {
      return new SearchEffort(k, rescored, Math.max(k, Math.min(DefaultEffort.FIXED_EF, limit)));
    }
    int expected = Math.max(k, Math.min(DefaultEffort.EXPECTED_EF, limit));
    int most = Math.max(expected, Math.min(DefaultEffort.mostEf(k), limit));
    return new SearchEffort(k, rescored, expected, most);
  }

  /** Whether the search adapts its effort to the query. */
  boolean adaptive() {
    return mostEf > ef;
  }

  /** The same for all queries: the ef that is expected to be worthwhile. */
  public SearchEffort fixed() {
    return new SearchEffort(k, rescored, ef);
  }

  /** Candidates that the shard must deliver if it has them. */
  int candidates() {
    return Math.max(k, rescored);
  }

  /** Candidates that a graph search keeps; of an adaptive search, those that it keeps at most. */
  int graphCandidates() {
    return Math.max(mostEf, rescored);
  }

  /** Candidates that a graph search is expected to keep. */
  int expectedGraphCandidates() {
    return Math.max(ef, rescored);
  }

  @Override
  public boolean rescores() {
    return rescored > 0;
  }

  @Override
  public int expectedHits() {
    return k;
  }
}
