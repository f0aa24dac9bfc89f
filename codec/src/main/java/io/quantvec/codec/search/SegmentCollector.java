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
 * Collects the candidates of one segment and takes the other segments' candidates into account. A
 * vector is competitive if it is among the best {@code candidates} of its segment and its score is
 * not below the shard's floor. The floor is the score of the worst of the shard's best candidates
 * at the end of the last round. The floor does not apply until the segment has a number of
 * candidates of its own, because the search of a graph first has to come near to the query.
 *
 * <p>A reader that can pause the search of a graph passes it to {@link #pause}; other readers
 * search to the end. Not thread-safe.
 */
public final class SegmentCollector implements KnnCollector {

  /** The search of a graph that can be continued. */
  @FunctionalInterface
  public interface PausedSearch {

    /**
     * Continues the search.
     *
     * @param visits number of vectors to score before the search pauses again
     * @return whether the search is over
     */
    boolean advance(long visits) throws IOException;
  }

  private final int max;
  private final Candidates best;

  /**
   * The segment's best {@code own} candidates, whose worst score limits the floor; null if {@link
   * #best} plays this role.
   */
  private final Candidates own;

  /** Whether this is a scan, to which the floor applies from the start. */
  private final boolean scans;

  private final long visitLimit;
  private final KnnSearchStrategy strategy;
  private final QueryTimeout timeout;
  private long visited;
  private PausedSearch paused;
  private float floor = Float.NEGATIVE_INFINITY;
  private float keptFrom = Float.NEGATIVE_INFINITY;

  /**
   * @param candidates number of candidates to keep, at least 1
   * @param own number of candidates that the segment needs before the shard's floor applies; 0 for
   *     a scan
   * @param visitLimit maximum number of vectors to score
   * @param parents the parents of nested documents; null if vectors are not nested
   * @param strategy strategy of the search
   * @param timeout timeout of the search; null for none
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
   * Accepts a started search that uses this collector. The reader then returns, and the owner of
   * this collector continues the search.
   *
   * @param paused continues the search
   */
  public void pause(PausedSearch paused) {
    this.paused = paused;
  }

  /** The search that a reader passed to {@link #pause}; null if the reader searched to the end. */
  public PausedSearch paused() {
    return paused;
  }

  /** The score of the worst of the shard's best candidates at the end of the last round. */
  float floor() {
    return floor;
  }

  /** Sets the shard's floor. */
  void setFloor(float floor) {
    this.floor = floor;
  }

  /**
   * Whether the floor may have ended the search, because the segment has enough candidates of its
   * own.
   */
  boolean isPruned() {
    return own != null && Math.min(floor, own.least()) > Float.NEGATIVE_INFINITY;
  }

  /** Passes the scores of all candidates to a sink. */
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

  /** Whether the limit of scored vectors ended the search. */
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

  /** Excludes candidates below a score from {@link #topDocs}. */
  void keepFrom(float score) {
    keptFrom = score;
  }

  /** The current number of candidates. */
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
