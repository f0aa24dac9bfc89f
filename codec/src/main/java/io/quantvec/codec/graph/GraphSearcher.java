/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import io.quantvec.codec.search.AdaptiveSearchStrategy;
import io.quantvec.codec.search.AdaptiveStop;
import java.io.IOException;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.knn.KnnSearchStrategy;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Searches a graph as Lucene's {@code HnswGraphSearcher} does, and finds the same. It saves what a
 * search does besides scoring: its arrays are kept for the next search, it clears no more of them
 * than it used, and asks the collector for its bound once per node and not once per neighbor.
 *
 * <p>A search can be made in parts: {@link #begin} descends to the lowest level, and each call of
 * {@link #advance} goes on from where the last one ended. Between two calls the collector may raise
 * its bound. In parts the search finds what it finds in one piece, as long as the bound is the
 * same.
 *
 * <p>Not safe for use by many threads.
 */
public final class GraphSearcher {

  private final BeamSearch beam = new BeamSearch();

  private RandomVectorScorer scorer;
  private Adjacency links;
  private Bits acceptOrds;
  private KnnCollector collector;

  /** Null for a search whose collector alone says how far it goes. */
  private AdaptiveStop stop;

  /**
   * Of candidates that are only as good as the worst hit, the search goes on from one: where many
   * vectors are the same, there would be no end of them.
   */
  private boolean tieAllowed;

  /**
   * Collects the documents whose vectors are nearest.
   *
   * @param scorer scores by ordinal, and knows the documents
   * @param graph not empty
   * @param acceptOrds the vectors that may be hits; null for all
   * @param collector told of every vector that is scored, and asked when to stop
   */
  public void search(
      RandomVectorScorer scorer, HnswGraph graph, Bits acceptOrds, KnnCollector collector)
      throws IOException {
    begin(scorer, graph, acceptOrds, collector);
    advance(Long.MAX_VALUE);
  }

  /**
   * Begins a search: descends to the lowest level.
   *
   * @param scorer scores by ordinal, and knows the documents
   * @param graph not empty
   * @param acceptOrds the vectors that may be hits; null for all
   * @param collector told of every vector that is scored, and asked when to stop
   */
  public void begin(
      RandomVectorScorer scorer, HnswGraph graph, Bits acceptOrds, KnnCollector collector)
      throws IOException {
    this.scorer = scorer;
    this.links = StoredGraph.of(graph);
    this.acceptOrds = acceptOrds;
    this.collector = collector;
    this.stop = null;
    this.tieAllowed = true;
    int size = graph.size();
    int entry = graph.entryNode();
    float entryScore = scorer.score(entry);
    collector.incVisitedCount(1);
    for (int level = graph.numLevels() - 1; level > 0 && !collector.earlyTerminated(); level--) {
      long left = Math.max(0, collector.visitLimit() - collector.visitedCount());
      long nearest = beam.descend(scorer, links, level, entry, entryScore, size, left);
      collector.incVisitedCount(beam.scored);
      entry = (int) nearest;
      entryScore = Float.intBitsToFloat((int) (nearest >>> 32));
    }
    beam.start(size, links.maxNeighbors());
    if (collector.earlyTerminated()) {
      return;
    }
    beam.visit(entry);
    beam.candidates.add(entry, entryScore);
    stop =
        collector.getSearchStrategy() instanceof AdaptiveSearchStrategy adaptive
            ? new AdaptiveStop(adaptive.effort())
            : null;
    if (acceptOrds == null || acceptOrds.get(entry)) {
      collector.collect(scorer.ordToDoc(entry), entryScore);
      if (stop != null) {
        stop.offer(entryScore);
      }
    }
  }

  /**
   * Goes on with the search that was begun last.
   *
   * @param visits vectors after which it pauses, at the next node
   * @return whether the search is over: the nearest node left is not competitive, no node is left,
   *     or the collector ended it
   */
  public boolean advance(long visits) throws IOException {
    long scored = 0;
    while (scored < visits) {
      NeighborQueue candidates = beam.candidates;
      if (candidates.size() == 0 || collector.earlyTerminated()) {
        return end();
      }
      float least = least();
      float score = candidates.topScore();
      if (score < least || (score == least && !tieAllowed)) {
        return end();
      }
      tieAllowed &= score != least;
      scored += goOnFrom(candidates.pop(), least);
    }
    return false;
  }

  /** The score that a vector must be above to be gone on from. */
  private float least() {
    float least = collector.minCompetitiveSimilarity();
    return stop == null ? least : Math.max(least, stop.bound());
  }

  /** Scores a node's neighbors; returns how many were new. */
  private int goOnFrom(int node, float least) throws IOException {
    int count = beam.newNeighbors(links, 0, node);
    count = (int) Math.min(count, collector.visitLimit() - collector.visitedCount());
    collector.incVisitedCount(count);
    if (count > 0 && scorer.bulkScore(beam.ords, beam.scores, count) > least) {
      float before = least;
      for (int i = 0; i < count; i++) {
        if (beam.scores[i] > least) {
          beam.candidates.add(beam.ords[i], beam.scores[i]);
          if (acceptOrds == null || acceptOrds.get(beam.ords[i])) {
            boolean collected = collector.collect(scorer.ordToDoc(beam.ords[i]), beam.scores[i]);
            if (stop != null) {
              stop.offer(beam.scores[i]);
            }
            if (collected) {
              least = least();
            }
          }
        }
      }
      tieAllowed |= least > before;
    }
    KnnSearchStrategy strategy = collector.getSearchStrategy();
    if (strategy != null) {
      strategy.nextVectorsBlock();
    }
    return count;
  }

  /** Lets go of what belongs to the search, as this object is kept for the next one. */
  private boolean end() {
    scorer = null;
    links = null;
    acceptOrds = null;
    collector = null;
    stop = null;
    return true;
  }
}
