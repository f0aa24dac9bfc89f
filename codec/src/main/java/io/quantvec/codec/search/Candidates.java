/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.search.ScoreDoc;

/** The best hits of one segment so far, at most a fixed number of them. */
sealed interface Candidates permits VectorCandidates, ParentCandidates {

  /** Takes scores in any order. */
  @FunctionalInterface
  interface ScoreSink {
    void accept(float score);
  }

  /**
   * Offers a vector.
   *
   * @return whether it is among the best
   */
  boolean collect(int doc, float score);

  /** The score of the worst candidate; negative infinity as long as there is room. */
  float least();

  int size();

  /** Offers the scores of all candidates, and perhaps of some that were candidates before. */
  void offerScores(ScoreSink sink);

  /**
   * The candidates from a score on, the best first; none are left here afterwards.
   *
   * @param least negative infinity for all
   */
  ScoreDoc[] drain(float least);
}
