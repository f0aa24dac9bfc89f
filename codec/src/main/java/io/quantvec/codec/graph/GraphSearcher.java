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
 * Searches a graph with the same results as Lucene's {@code HnswGraphSearcher}, but with less work
 * besides scoring: it reuses its arrays, clears only the parts that a search used, and asks the
 * collector for its bound once per node instead of once per neighbor.
 *
 * <p>A search can run in parts: {@link #begin} descends to the lowest level, and each call of
 * {@link #advance} continues the search. The collector may raise its bound between two calls. If
 * the bound does not change, a search in parts finds the same vectors as a search in one call.
 *
 * <p>Not thread-safe.
 */
public final class GraphSearcher {

  private final BeamSearch beam = new BeamSearch();

  private RandomVectorScorer scorer;
  private Adjacency links;
  private Bits acceptOrds;
  private KnnCollector collector;

  /** Null if only the collector's bound ends the search. */
  private AdaptiveStop stop;

  /**
   * Whether the search may continue from a candidate that scores exactly the bound. It continues
   * from one such candidate only; otherwise a search among many equal vectors would visit all of
   * them.
   */
  private boolean tieAllowed;

  /**
   * Starts a search by descending to the lowest level.
   *
   * @param scorer scores vectors by ordinal and maps ordinals to documents
   * @param graph a graph that is not empty
   * @param acceptOrds the vectors that may be hits; null for all
   * @param collector counts scored vectors, collects hits and decides when to stop
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
   * Continues the search that {@link #begin} started.
   *
   * @param visits number of scored vectors after which the search pauses, before the next node
   * @return whether the search is over: the best remaining candidate is not competitive, no
   *     candidate remains, or the collector ended the search
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
      scored += expand(candidates.pop(), least);
    }
    return false;
  }

  /** The score that a vector must exceed to become a candidate. */
  private float least() {
    float least = collector.minCompetitiveSimilarity();
    return stop == null ? least : Math.max(least, stop.bound());
  }

  /**
   * Scores a node's neighbors that were not visited before.
   *
   * @return the number of these neighbors
   */
  private int expand(int node, float least) throws IOException {
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

  /** Releases the objects of the search, because this searcher is reused. */
  private boolean end() {
    scorer = null;
    links = null;
    acceptOrds = null;
    collector = null;
    stop = null;
    return true;
  }
}
