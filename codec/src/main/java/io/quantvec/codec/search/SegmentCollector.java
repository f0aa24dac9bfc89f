/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.io.IOException;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.BitSet;

/**
 * Collects the candidates of one segment, and knows what the other segments have found. A vector is
 * competitive if it is among the best {@code candidates} of its segment, and if its score is not
 * below the shard's floor: the score that the worst candidate of all segments together had when the
 * last round ended. As a walk through a graph has to get near to the query first, the floor does
 * not count before the segment has some candidates of its own.
 *
 * <p>A reader that can pause a walk hands the walk over with {@link #pause}; other readers search
 * to the end. Not safe for use by many threads at a time.
 */
public final class SegmentCollector implements KnnCollector {

  /** A walk through a graph that goes on where it ended. */
  @FunctionalInterface
  public interface Walk {

    /**
     * Goes on.
     *
     * @param visits vectors to score before it pauses again
     * @return whether the walk is over
     */
    boolean advance(long visits) throws IOException;
  }

  private final int max;
  private final Candidates best;

  /** The best few, whose worst score the floor does not go beyond; null if these are all. */
  private final Candidates own;

  /** Whether the floor counts from the start, as no vector leads to another. */
  private final boolean scans;

  private final long visitLimit;
  private final KnnSearchStrategy strategy;
  private final QueryTimeout timeout;
  private long visited;
  private Walk walk;
  private float floor = Float.NEGATIVE_INFINITY;
  private float keptFrom = Float.NEGATIVE_INFINITY;

  /**
   * @param candidates to keep, at least 1
   * @param own candidates that the segment has before the shard's floor counts; 0 for a scan
   * @param visitLimit vectors to score at most
   * @param parents the parents of nested documents; null if each vector counts for itself
   * @param strategy of the search
   * @param timeout when to stop; null for never
   */
  SegmentCollector(
      int candidates,
      int own,
      long visitLimit,
      BitSet parents,
      KnnSearchStrategy strategy,
      QueryTimeout timeout) {
    this.max = candidates;
    this.best = newCandidates(candidates, parents);
    this.scans = own == 0;
    this.own = !scans && own < candidates ? newCandidates(own, parents) : null;
    this.visitLimit = visitLimit;
    this.strategy = strategy;
    this.timeout = timeout;
  }

  private static Candidates newCandidates(int max, BitSet parents) {
    return parents == null ? new VectorCandidates(max) : new ParentCandidates(max, parents);
  }

  /**
   * Takes over a walk that has begun and collects here. The reader then returns from its search.
   *
   * @param walk to be continued by this object's owner
   */
  public void pause(Walk walk) {
    this.walk = walk;
  }

  /** The walk that a reader handed over; null if the reader searched to the end. */
  public Walk walk() {
    return walk;
  }

  /** The score of the worst candidate of all segments, as far as it is known. */
  float floor() {
    return floor;
  }

  /** Sets the score of the worst candidate of all segments. */
  void setFloor(float floor) {
    this.floor = floor;
  }

  /**
   * Whether the floor may have ended the walk: it counts once the segment has its own candidates.
   */
  boolean isPruned() {
    return own != null && Math.min(floor, own.least()) > Float.NEGATIVE_INFINITY;
  }

  /** Offers the scores of all candidates. */
  void offerScores(Candidates.ScoreSink sink) {
    best.offerScores(sink);
  }

  @Override
  public boolean collect(int doc, float score) {
    if (!best.collect(doc, score)) {
      return false;
    }
    if (own != null) {
      own.collect(doc, score);
    }
    return true;
  }

  @Override
  public float minCompetitiveSimilarity() {
    float least = best.least();
    if (scans) {
      return Math.max(least, floor);
    }
    return own == null ? least : Math.max(least, Math.min(floor, own.least()));
  }

  /** Whether the limit of visits ended the search. */
  boolean gaveUp() {
    return visited >= visitLimit;
  }

  @Override
  public boolean earlyTerminated() {
    return gaveUp() || (timeout != null && timeout.shouldExit());
  }

  @Override
  public void incVisitedCount(int count) {
    visited += count;
  }

  @Override
  public long visitedCount() {
    return visited;
  }

  @Override
  public long visitLimit() {
    return visitLimit;
  }

  @Override
  public int k() {
    return max;
  }

  /** Lets go of candidates below a score. */
  void keepFrom(float score) {
    keptFrom = score;
  }

  /** Hits that are candidates now. */
  int numCollected() {
    return best.size();
  }

  @Override
  public TopDocs topDocs() {
    ScoreDoc[] found = best.drain(keptFrom);
    return new TopDocs(
        new TotalHits(
            visited,
            earlyTerminated()
                ? TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO
                : TotalHits.Relation.EQUAL_TO),
        found);
  }

  @Override
  public KnnSearchStrategy getSearchStrategy() {
    return strategy;
  }
}
