/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * The steps that a graph's construction and its search share: algorithms 2 and 5 of Malkov and
 * Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable
 * Small World graphs" (2018). The neighbours of a node are scored together, so that their codes are
 * on the way from memory at the same time.
 *
 * <p>Its arrays are kept from search to search. Not safe for use by many threads.
 */
final class BeamSearch {

  private final VisitedOrds visited = new VisitedOrds();

  /** Nodes whose neighbours are still to be scored, best first. */
  final NeighborQueue candidates = new NeighborQueue(128, true);

  /** The nodes that {@link #newNeighbors} found, and their scores. */
  int[] ords = new int[0];

  float[] scores = new float[0];

  /** Begins a search on one level. */
  void start(int size, int maxNeighbors) {
    visited.clear(size);
    candidates.clear();
    if (ords.length < maxNeighbors) {
      ords = new int[maxNeighbors];
      scores = new float[maxNeighbors];
    }
  }

  /**
   * Marks a node as met.
   *
   * @return whether it is met for the first time
   */
  boolean visit(int node) {
    return visited.add(node);
  }

  /** Moves a node's neighbours that were not met before to the front of {@link #ords}. */
  int newNeighbors(Adjacency graph, int level, int node) throws IOException {
    int found = graph.neighbors(level, node, ords);
    int count = 0;
    for (int i = 0; i < found; i++) {
      if (visited.add(ords[i])) {
        ords[count++] = ords[i];
      }
    }
    return count;
  }

  /**
   * Goes from neighbour to nearer neighbour until there is none.
   *
   * @param entry where to start
   * @param entryScore its score
   * @param limit the most to score
   * @return the nearest node found, and its score as the upper 32 bits
   */
  long descend(
      RandomVectorScorer scorer,
      Adjacency graph,
      int level,
      int entry,
      float entryScore,
      int size,
      long limit)
      throws IOException {
    scored = 0;
    start(size, graph.maxNeighbors());
    visit(entry);
    int best = entry;
    float bestScore = entryScore;
    int from;
    do {
      from = best;
      int count = (int) Math.min(newNeighbors(graph, level, from), limit - scored);
      if (count > 0 && scorer.bulkScore(ords, scores, count) > bestScore) {
        for (int i = 0; i < count; i++) {
          if (scores[i] > bestScore) {
            bestScore = scores[i];
            best = ords[i];
          }
        }
      }
      scored += count;
    } while (best != from);
    return (long) Float.floatToRawIntBits(bestScore) << 32 | best;
  }

  /** Vectors that the last {@link #descend} scored. */
  int scored;

  /**
   * Finds the nodes nearest to the scorer's vector on one level.
   *
   * @param entries where to start; empty afterwards
   * @param best receives the nodes, the farthest on top; it must be empty
   * @param ef how many to keep
   */
  void search(
      RandomVectorScorer scorer,
      Adjacency graph,
      int level,
      NeighborQueue entries,
      NeighborQueue best,
      int ef,
      int size)
      throws IOException {
    start(size, graph.maxNeighbors());
    while (entries.size() > 0) {
      float score = entries.topScore();
      int node = entries.pop();
      if (visit(node)) {
        candidates.add(node, score);
        best.insertWithOverflow(node, score);
      }
    }
    float least = best.size() < ef ? Float.NEGATIVE_INFINITY : best.topScore();
    while (candidates.size() > 0 && candidates.topScore() >= least) {
      int count = newNeighbors(graph, level, candidates.pop());
      if (count == 0 || scorer.bulkScore(ords, scores, count) <= least) {
        continue;
      }
      for (int i = 0; i < count; i++) {
        if (scores[i] > least) {
          candidates.add(ords[i], scores[i]);
          best.insertWithOverflow(ords[i], scores[i]);
          if (best.size() == ef) {
            least = best.topScore();
          }
        }
      }
    }
  }
}
