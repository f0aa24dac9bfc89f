/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.hnsw.NeighborQueue;

/**
 * Candidates of nested documents: only the best vector of each parent counts. When a parent's score
 * increases, its old entry stays in the queue and is skipped later.
 */
final class ParentCandidates implements Candidates {

  private final int max;
  private final BitSet parents;

  /** The best vector of each parent that is a candidate. */
  private final Map<Integer, ScoreDoc> bestOfParent = new HashMap<>();

  /** Parents by their best score, with the worst on top. The top is never an old entry. */
  private final NeighborQueue queue = new NeighborQueue(16, false);

  /**
   * @param max number of parents to keep, at least 1
   * @param parents the parent documents; each follows its nested documents
   */
  ParentCandidates(int max, BitSet parents) {
    this.max = max;
    this.parents = parents;
  }

  @Override
  public boolean collect(int doc, float score) {
    int parent = parents.nextSetBit(doc);
    ScoreDoc before = bestOfParent.get(parent);
    if (before == null ? isWorseThanAll(parent, score) : !isBetter(doc, score, before)) {
      return false;
    }
    bestOfParent.put(parent, new ScoreDoc(doc, score));
    queue.add(parent, score);
    removeOldEntries();
    if (bestOfParent.size() > max) {
      bestOfParent.remove(queue.pop());
      removeOldEntries();
    }
    return true;
  }

  private boolean isWorseThanAll(int parent, float score) {
    return bestOfParent.size() == max
        && (score < queue.topScore() || (score == queue.topScore() && parent > queue.topNode()));
  }

  private static boolean isBetter(int doc, float score, ScoreDoc than) {
    return score > than.score || (score == than.score && doc < than.doc);
  }

  private void removeOldEntries() {
    while (queue.size() > 0) {
      ScoreDoc best = bestOfParent.get(queue.topNode());
      if (best != null && best.score == queue.topScore()) {
        return;
      }
      queue.pop();
    }
  }

  @Override
  public float least() {
    return bestOfParent.size() < max ? Float.NEGATIVE_INFINITY : queue.topScore();
  }

  @Override
  public int size() {
    return bestOfParent.size();
  }

  @Override
  public void offerScores(ScoreSink sink) {
    for (ScoreDoc best : bestOfParent.values()) {
      sink.accept(best.score);
    }
  }

  @Override
  public ScoreDoc[] drain(float least) {
    ScoreDoc[] best =
        bestOfParent.values().stream().filter(hit -> hit.score >= least).toArray(ScoreDoc[]::new);
    bestOfParent.clear();
    queue.clear();
    Arrays.sort(
        best,
        (a, b) ->
            a.score == b.score ? Integer.compare(a.doc, b.doc) : Float.compare(b.score, a.score));
    return best;
  }
}
