/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.search.ScoreDoc;

/** The best hits of one segment so far, up to a fixed number. */
sealed interface Candidates permits VectorCandidates, ParentCandidates {

  /** Receives scores in any order. */
  @FunctionalInterface
  interface ScoreSink {
    void accept(float score);
  }

  /**
   * Offers a vector.
   *
   * @return whether the vector is among the best
   */
  boolean collect(int doc, float score);

  /**
   * The score of the worst candidate; negative infinity while there is room for more candidates.
   */
  float least();

  int size();

  /** Passes the scores of all candidates to a sink, and possibly scores of former candidates. */
  void offerScores(ScoreSink sink);

  /**
   * Removes all candidates.
   *
   * @param least minimum score; negative infinity for all candidates
   * @return the candidates with at least that score, best first
   */
  ScoreDoc[] drain(float least);
}
