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
 * Searches a graph as Lucene's {@code HnswGraphSearcher} does, and finds the same. What it saves is
 * all that a search does besides scoring: its arrays are kept for the next search, it clears no
 * more of them than it used, and asks the collector for its bound once a node and not once a
 * neighbour.
 *
 * <p>Not safe for use by many threads.
 */
public final class GraphSearcher {

  private final BeamSearch beam = new BeamSearch();

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
    Adjacency links = StoredGraph.of(graph);
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
    if (collector.earlyTerminated()) {
      return;
    }
    beam.start(size, links.maxNeighbors());
    beam.visit(entry);
    beam.candidates.add(entry, entryScore);
    AdaptiveStop stop =
        collector.getSearchStrategy() instanceof AdaptiveSearchStrategy adaptive
            ? new AdaptiveStop(adaptive.effort())
            : null;
    if (acceptOrds == null || acceptOrds.get(entry)) {
      collector.collect(scorer.ordToDoc(entry), entryScore);
      if (stop != null) {
        stop.offer(entryScore);
      }
    }
    searchLowest(scorer, links, acceptOrds, collector, stop);
  }

  /** The score that a vector must be above to be gone on from. */
  private static float least(KnnCollector collector, AdaptiveStop stop) {
    float least = collector.minCompetitiveSimilarity();
    return stop == null ? least : Math.max(least, stop.bound());
  }

  private void searchLowest(
      RandomVectorScorer scorer,
      Adjacency links,
      Bits acceptOrds,
      KnnCollector collector,
      AdaptiveStop stop)
      throws IOException {
    NeighborQueue candidates = beam.candidates;
    // Of candidates that are only as good as the worst hit, one is gone on from: where many vectors
    // are the same, there would be no end of them.
    boolean tieAllowed = true;
    float least = least(collector, stop);
    while (candidates.size() > 0 && !collector.earlyTerminated()) {
      float score = candidates.topScore();
      if (score < least || (score == least && !tieAllowed)) {
        return;
      }
      tieAllowed &= score != least;
      int count = beam.newNeighbors(links, 0, candidates.pop());
      count = (int) Math.min(count, collector.visitLimit() - collector.visitedCount());
      collector.incVisitedCount(count);
      if (count > 0 && scorer.bulkScore(beam.ords, beam.scores, count) > least) {
        float before = least;
        for (int i = 0; i < count; i++) {
          if (beam.scores[i] > least) {
            candidates.add(beam.ords[i], beam.scores[i]);
            if (acceptOrds == null || acceptOrds.get(beam.ords[i])) {
              boolean collected = collector.collect(scorer.ordToDoc(beam.ords[i]), beam.scores[i]);
              if (stop != null) {
                stop.offer(beam.scores[i]);
              }
              if (collected) {
                least = least(collector, stop);
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
    }
  }
}
