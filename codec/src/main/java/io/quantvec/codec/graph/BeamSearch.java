/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * The search steps that building a graph and searching a graph share: algorithms 2 and 5 of Malkov
 * and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
 * Navigable Small World graphs" (2018). The neighbors of a node are scored together, so that their
 * codes are loaded from memory in parallel.
 *
 * <p>An instance reuses its arrays for every search. Not thread-safe.
 */
final class BeamSearch {

  private final VisitedOrds visited = new VisitedOrds();

  /** Nodes whose neighbors are not scored yet, best first. */
  final NeighborQueue candidates = new NeighborQueue(128, true);

  /** The nodes that the last {@link #newNeighbors} found; their scores are in {@link #scores}. */
  int[] ords = new int[0];

  float[] scores = new float[0];

  /** Starts a search on one level. */
  void start(int size, int maxNeighbors) {
    visited.clear(size);
    candidates.clear();
    if (ords.length < maxNeighbors) {
      ords = new int[maxNeighbors];
      scores = new float[maxNeighbors];
    }
  }

  /**
   * Marks a node as visited.
   *
   * @return whether the node was not visited before
   */
  boolean visit(int node) {
    return visited.add(node);
  }

  /**
   * Puts a node's neighbors that were not visited before at the front of {@link #ords}, and marks
   * them as visited.
   *
   * @return the number of these neighbors
   */
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
   * Moves from a node to its nearest neighbor until no neighbor is nearer to the scorer's vector.
   *
   * @param entry the node to start from
   * @param entryScore the score of that node
   * @param limit maximum number of nodes to score
   * @return the nearest node found in the lower 32 bits, and the bits of its score in the upper 32
   *     bits
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

  /** Number of vectors that the last {@link #descend} scored. */
  int scored;

  /**
   * Finds the nodes nearest to the scorer's vector on one level.
   *
   * @param entries the nodes to start from; empty afterwards
   * @param best receives the nodes, with the farthest on top; must be empty
   * @param ef number of nodes to keep
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
