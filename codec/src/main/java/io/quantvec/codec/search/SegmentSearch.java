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
 * The search of one segment: a search of its graph in rounds, or a scan of all codes that may be
 * hits. Not thread-safe.
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

  /** Determines how many vectors may be hits. */
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

  /**
   * Number of vectors that may be hits: exact with a filter, otherwise including deleted vectors.
   */
  int matches() {
    return matches;
  }

  /**
   * Decides how the segment is searched.
   *
   * @param share the segment's share of the shard's vectors that may be hits, 0 to 1
   */
  void plan(double share) throws IOException {
    if (matches == 0 || partial) {
      over = true;
      return;
    }
    own = Math.min(matches, width.own(share));
    scans = !vectors.hasGraph() || scanPays(share);
  }

  /** Whether the segment is scanned instead of searching its graph. */
  boolean scans() {
    return scans;
  }

  /**
   * Scans the segment to the end.
   *
   * @param floor the score of the shard's worst candidate so far
   */
  void scan(float floor) throws IOException {
    collector = newCollector(Math.min(width.candidates(), vectors.size()), Integer.MAX_VALUE, 0);
    collector.setFloor(floor);
    partial = !vectors.scan(accepted, collector);
    over = true;
  }

  /**
   * Starts the search of the graph.
   *
   * @param visits number of vectors to score before the search pauses
   */
  void begin(long visits) throws IOException {
    over = true;
    // If the search scores more vectors than match the filter, scanning the matches is better.
    long visitLimit = vectors.isFiltered() ? matches + 1L : Integer.MAX_VALUE;
    collector = newCollector(Math.min(width.beam(), matches), visitLimit, own);
    vectors.searchGraph(collector, accepted);
    over = collector.paused() == null;
    if (!over) {
      advance(visits);
    }
    endIfOver();
  }

  /**
   * Continues the search of the graph.
   *
   * @param floor the score of the shard's worst candidate so far
   * @param visits number of vectors to score before the search pauses
   */
  void advance(float floor, long visits) throws IOException {
    collector.setFloor(floor);
    advance(visits);
    endIfOver();
  }

  private void advance(long visits) throws IOException {
    over = vectors.advance(collector, visits);
  }

  /** Scans the segment if the search of the graph ended with too few candidates. */
  private void endIfOver() throws IOException {
    if (!over) {
      return;
    }
    if (timedOut()) {
      partial = true;
      return;
    }
    // The reachable part of the graph may have too few hits, above all if most documents are
    // deleted or do not match the filter.
    int wanted = Math.min(width.candidates(), matches);
    boolean foundTooFew =
        !collector.isPruned()
            && collector.numCollected() < wanted
            && collector.numCollected() < hitsAtMost();
    if (collector.gaveUp() || foundTooFew) {
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

  /** Maximum number of hits: one per parent if vectors are nested. */
  private int hitsAtMost() throws IOException {
    BitSet parents = vectors.parents();
    return parents == null ? Integer.MAX_VALUE : parents.cardinality();
  }

  private boolean timedOut() {
    return vectors.timeout() != null && vectors.timeout().shouldExit();
  }

  /** Ends the search with the candidates found so far. */
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

  /** The effort of an adaptive search; null if the search is not adaptive or has not started. */
  DefaultEffort effort() {
    return collector != null
            && collector.getSearchStrategy() instanceof AdaptiveSearchStrategy adaptive
        ? adaptive.effort()
        : null;
  }

  /** Whether a timeout or a cancellation ended the search early. */
  public boolean isPartial() {
    return partial;
  }

  /** Excludes candidates below a score. */
  void keepFrom(float score) {
    if (collector != null) {
      collector.keepFrom(score);
    }
  }

  /**
   * Removes and returns the segment's candidates for the shard, best first, with the segment's
   * document numbers. Must be called at most once.
   */
  public TopDocs takeCandidates() {
    return collector == null ? TopDocsCollector.EMPTY_TOPDOCS : collector.topDocs();
  }
}
