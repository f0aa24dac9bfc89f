/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.io.IOException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.util.IOSupplier;

/**
 * Supplies the hits of a segment and starts the search when the first hit is needed. By then the
 * platform can handle a timeout, and the other clauses of a query have looked up their terms, which
 * would fail after a timeout.
 */
final class HitsScorer extends Scorer {

  private final IOSupplier<LeafHits> search;
  private final float boost;
  private final DocIdSetIterator iterator;

  /** Null until hits are needed. */
  private HitsIterator found;

  private LeafHits hits;

  /**
   * @param search gives the hits
   * @param cost how many there may be
   * @param boost a factor for their scores
   */
  HitsScorer(IOSupplier<LeafHits> search, long cost, float boost) {
    this.search = search;
    this.boost = boost;
    this.iterator = new LazyIterator(cost);
  }

  private HitsIterator found() throws IOException {
    if (found == null) {
      hits = search.get();
      found = new HitsIterator(hits.docs());
    }
    return found;
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
  public float getMaxScore(int upTo) throws IOException {
    found();
    float max = 0;
    for (float score : hits.scores()) {
      max = Math.max(max, score);
    }
    return max * boost;
  }

  @Override
  public float score() {
    return hits.score(found.index()) * boost;
  }

  private final class LazyIterator extends DocIdSetIterator {

    private final long cost;

    LazyIterator(long cost) {
      this.cost = cost;
    }

    @Override
    public int docID() {
      return found == null ? -1 : found.docID();
    }

    @Override
    public int nextDoc() throws IOException {
      return found().nextDoc();
    }

    @Override
    public int advance(int target) throws IOException {
      return found().advance(target);
    }

    @Override
    public long cost() {
      return cost;
    }
  }
}
