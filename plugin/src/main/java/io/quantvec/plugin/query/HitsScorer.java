/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;

/** Hands out hits that are known already. */
final class HitsScorer extends Scorer {

  private final LeafHits hits;
  private final float boost;
  private final HitsIterator iterator;
  private final float maxScore;

  HitsScorer(LeafHits hits, float boost) {
    this.hits = hits;
    this.boost = boost;
    this.iterator = new HitsIterator(hits.docs());
    float max = 0;
    for (float score : hits.scores()) {
      max = Math.max(max, score);
    }
    this.maxScore = max * boost;
  }

  @Override
  public int docID() {
    return iterator.docID();
  }

  @Override
  public DocIdSetIterator iterator() {
    return iterator;
  }

  @Override
  public float getMaxScore(int upTo) {
    return maxScore;
  }

  @Override
  public float score() {
    return hits.score(iterator.index()) * boost;
  }
}
