/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.hnsw.NeighborQueue;

/** Candidates of vectors that are not nested. Ties go to the lower document number. */
final class VectorCandidates implements Candidates {

  /** Initial capacity: most segments of a shard collect fewer candidates. */
  private static final int INITIAL_CAPACITY = 64;

  private final int max;
  private final NeighborQueue queue;

  /**
   * The scores of all vectors that were ever collected, because the queue cannot list its own
   * scores.
   */
  private float[] scores = new float[INITIAL_CAPACITY];

  private int collected;

  /**
   * @param max number of candidates to keep, at least 1
   */
  VectorCandidates(int max) {
    this.max = max;
    this.queue = new NeighborQueue(Math.min(max, INITIAL_CAPACITY), false);
  }

  @Override
  public boolean collect(int doc, float score) {
    if (queue.size() < max) {
      queue.add(doc, score);
    } else {
      // Compares here because the queue's own capacity can be smaller than max.
      if (score < queue.topScore() || (score == queue.topScore() && doc > queue.topNode())) {
        return false;
      }
      queue.pop();
      queue.add(doc, score);
    }
    if (collected == scores.length) {
      scores = ArrayUtil.grow(scores);
    }
    scores[collected++] = score;
    return true;
  }

  @Override
  public float least() {
    return queue.size() < max ? Float.NEGATIVE_INFINITY : queue.topScore();
  }

  @Override
  public int size() {
    return queue.size();
  }

  @Override
  public void offerScores(ScoreSink sink) {
    for (int i = 0; i < collected; i++) {
      sink.accept(scores[i]);
    }
  }

  @Override
  public ScoreDoc[] drain(float least) {
    while (queue.size() > 0 && queue.topScore() < least) {
      queue.pop();
    }
    ScoreDoc[] best = new ScoreDoc[queue.size()];
    for (int i = best.length - 1; i >= 0; i--) {
      float score = queue.topScore();
      best[i] = new ScoreDoc(queue.pop(), score);
    }
    return best;
  }
}
