/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.io.IOException;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopDocsCollector;
import org.apache.lucene.util.BitSet;

/**
 * The search of one segment: of its graph in parts, or of every code that may be a hit. For one
 * thread at a time.
 */
public final class SegmentSearch {

  private final SearchedVectors vectors;
  private final SearchWidth width;
  private AcceptDocs accepted;
  private int matches;
  private int own;
  private boolean scans;
  private SegmentCollector collector;
  private boolean over;
  private boolean partial;

  SegmentSearch(SearchedVectors vectors, SearchWidth width) {
    this.vectors = vectors;
    this.width = width;
  }

  /** Finds out how many vectors may be hits. */
  void prepare() throws IOException {
    int size = vectors.size();
    if (size == 0) {
      return;
    }
    if (timedOut()) {
      interrupt();
      return;
    }
    accepted = vectors.accepted();
    if (accepted != null) {
      matches = vectors.isFiltered() ? accepted.cost() : size;
    }
  }

  /** Vectors that may be hits; exact with a filter, otherwise deleted ones count, too. */
  int matches() {
    return matches;
  }

  /**
   * Finds out how the segment is searched.
   *
   * @param share of this segment among the vectors of the shard that may be hits, 0 to 1
   */
  void plan(double share) throws IOException {
    if (matches == 0 || partial) {
      over = true;
      return;
    }
    own = Math.min(matches, width.own(share));
    scans = !vectors.hasGraph() || scanPays(share);
  }

  /** Whether all codes that may be hits are scored, and not those along a graph. */
  boolean scans() {
    return scans;
  }

  /**
   * Searches to the end, without the graph.
   *
   * @param floor the score of the worst candidate that all segments have found until now
   */
  void scan(float floor) throws IOException {
    collector = newCollector(Math.min(width.candidates(), vectors.size()), Integer.MAX_VALUE, 0);
    collector.setFloor(floor);
    partial = !vectors.scan(accepted, collector);
    over = true;
  }

  /**
   * Begins to search the graph.
   *
   * @param visits vectors to score before it pauses
   */
  void begin(long visits) throws IOException {
    over = true;
    // A walk that scores more vectors than match is worth less than scoring these.
    long visitLimit = vectors.isFiltered() ? matches + 1L : Integer.MAX_VALUE;
    collector = newCollector(Math.min(width.beam(), matches), visitLimit, own);
    vectors.searchGraph(collector, accepted);
    over = collector.walk() == null;
    if (!over) {
      advance(visits);
    }
    endIfOver();
  }

  /**
   * Goes on.
   *
   * @param floor the score of the worst candidate of all segments together
   * @param visits vectors to score before it pauses
   */
  void advance(float floor, long visits) throws IOException {
    collector.setFloor(floor);
    advance(visits);
    endIfOver();
  }

  private void advance(long visits) throws IOException {
    over = vectors.advance(collector, visits);
  }

  /** Scores all codes where the graph led to too few of them. */
  private void endIfOver() throws IOException {
    if (!over) {
      return;
    }
    if (timedOut()) {
      partial = true;
      return;
    }
    // The graph may be in pieces, above all where most of it is deleted or filtered away.
    int wanted = Math.min(width.candidates(), matches);
    boolean ranDry =
        !collector.isPruned()
            && collector.numCollected() < wanted
            && collector.numCollected() < hitsAtMost();
    if (collector.gaveUp() || ranDry) {
      scan(collector.floor());
    }
  }

  private boolean scanPays(double share) throws IOException {
    int bytes = vectors.codeBytes();
    if (vectors.isFiltered()) {
      return width.filteredScanPays(bytes, vectors.size(), matches, own);
    }
    return vectors.codesAreBits()
        ? width.bitScanPays(bytes, vectors.size(), own, share)
        : width.scanPays(bytes, vectors.size(), own);
  }

  private SegmentCollector newCollector(int candidates, long visitLimit, int own)
      throws IOException {
    return new SegmentCollector(
        candidates, own, visitLimit, vectors.parents(), vectors.strategy(), vectors.timeout());
  }

  /** Of nested vectors, one of each parent is found. */
  private int hitsAtMost() throws IOException {
    BitSet parents = vectors.parents();
    return parents == null ? Integer.MAX_VALUE : parents.cardinality();
  }

  private boolean timedOut() {
    return vectors.timeout() != null && vectors.timeout().shouldExit();
  }

  /** Ends the search with what was found so far. */
  void interrupt() {
    over = true;
    partial = true;
  }

  boolean isOver() {
    return over;
  }

  void offerScores(Candidates.ScoreSink sink) {
    if (collector != null) {
      collector.offerScores(sink);
    }
  }

  /** How far the search goes if each query decides; null if it does not, or nothing was found. */
  DefaultEffort effort() {
    return collector != null
            && collector.getSearchStrategy() instanceof AdaptiveSearchStrategy adaptive
        ? adaptive.effort()
        : null;
  }

  /** Whether a timeout or a cancellation ended the search before its time. */
  public boolean isPartial() {
    return partial;
  }

  /** Lets go of candidates below a score. */
  void keepFrom(float score) {
    if (collector != null) {
      collector.keepFrom(score);
    }
  }

  /**
   * What the segment adds to the shard's candidates, with its own document numbers, the best first;
   * to be taken once.
   */
  public TopDocs takeCandidates() {
    return collector == null ? TopDocsCollector.EMPTY_TOPDOCS : collector.topDocs();
  }
}
