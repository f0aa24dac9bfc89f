/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import java.util.function.IntFunction;
import org.apache.lucene.util.hnsw.NeighborQueue;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/** Inserts nodes into a graph, one at a time. Each thread that inserts has its own instance. */
final class Insertion {

  /**
   * Share of its links that a node keeps if it has too many; the rest is room for new links. If
   * fewer links are diverse, the nearest others are kept as well: this finds 0.2 points more at the
   * same number of visits than keeping none of them. Keeping all links takes a quarter more time
   * without more recall.
   */
  private static final double KEPT_LINKS = .8;

  /**
   * Share of efConstruction that is used if the search starts from neighbors. With half of
   * efConstruction, as in Lucene's merge, a merged graph finds 0.7 points less at the same number
   * of visits.
   */
  private static final double NEAR_EF = .75;

  private final HeapGraph graph;
  private final int ef;
  private final IntFunction<Object> locks;
  private final UpdateableRandomVectorScorer scorer;

  /**
   * Compares neighbors of the inserted node, while {@link #scorer} keeps scoring the inserted node.
   */
  private final UpdateableRandomVectorScorer pairScorer;

  private final BeamSearch beam = new BeamSearch();
  private final NeighborQueue entries;
  private final NeighborQueue best;
  private final int nearEf;
  private final NeighborQueue nearBest;
  private final Diversity diversity;
  private final int[][] chosen;
  private final int[] chosenCounts;

  /** A node's links, with room for one more than the maximum. */
  private final int[] links;

  private final float[] linkScores;
  private final int[] sortedOrds;
  private final float[] sortedScores;
  private final NeighborQueue sorter;

  Insertion(HeapGraph graph, RandomVectorScorerSupplier scorers, int ef, IntFunction<Object> locks)
      throws IOException {
    this.graph = graph;
    this.ef = ef;
    this.locks = locks;
    this.scorer = scorers.scorer();
    this.pairScorer = scorers.scorer();
    this.entries = new NeighborQueue(ef, false);
    this.best = new NeighborQueue(ef, false);
    this.nearEf = Math.max(1, (int) (ef * NEAR_EF));
    this.nearBest = new NeighborQueue(nearEf, false);
    int most = Math.max(ef, graph.maxNeighbors() + 1);
    this.diversity = new Diversity(pairScorer, most);
    int levels = 1;
    for (int node = 0; node < graph.size(); node++) {
      levels = Math.max(levels, graph.level(node) + 1);
    }
    this.chosen = new int[levels][graph.maxNeighbors()];
    this.chosenCounts = new int[levels];
    this.links = new int[graph.maxNeighbors() + 1];
    this.linkScores = new float[links.length];
    this.sortedOrds = new int[most];
    this.sortedScores = new float[most];
    this.sorter = new NeighborQueue(most, false);
  }

  /**
   * Inserts a node on all of its levels up to the graph's highest.
   *
   * @param node a node without links
   */
  void insert(int node) throws IOException {
    scorer.setScoringOrdinal(node);
    int top = graph.topLevel();
    int entry = graph.entryNode();
    float entryScore = scorer.score(entry);
    int level = Math.min(top, graph.level(node));
    for (int above = top; above > level; above--) {
      long nearest =
          beam.descend(scorer, graph, above, entry, entryScore, graph.size(), Long.MAX_VALUE);
      entry = (int) nearest;
      entryScore = Float.intBitsToFloat((int) (nearest >>> 32));
    }
    entries.clear();
    entries.add(entry, entryScore);
    for (int on = level; on >= 0; on--) {
      choose(on, node, ef);
    }
    for (int on = 0; on <= level; on++) {
      linkChosen(on, node);
    }
  }

  /**
   * Inserts a node on the lowest level.
   *
   * @param node a node without links
   * @param near nodes from which the search for neighbors starts; changed
   * @param count number of those nodes
   */
  void insertNear(int node, int[] near, int count) throws IOException {
    scorer.setScoringOrdinal(node);
    scorer.bulkScore(near, linkScores, count);
    entries.clear();
    for (int i = 0; i < count; i++) {
      entries.add(near[i], linkScores[i]);
    }
    choose(0, node, nearEf);
    linkChosen(0, node);
  }

  /**
   * Searches a level for a node's neighbors and sets the node's links. The search starts from the
   * entries and replaces them by the nodes it finds.
   */
  private void choose(int level, int node, int candidates) throws IOException {
    NeighborQueue best = candidates == ef ? this.best : nearBest;
    beam.search(scorer, graph, level, entries, best, candidates, graph.size());
    int found = best.size();
    int count = found;
    for (int i = found - 1; i >= 0; i--) {
      float score = best.topScore();
      int ord = best.pop();
      entries.add(ord, score);
      // Another thread may have linked the node during the search.
      if (ord == node) {
        count--;
        System.arraycopy(sortedOrds, i + 1, sortedOrds, i, found - 1 - i);
        System.arraycopy(sortedScores, i + 1, sortedScores, i, found - 1 - i);
      } else {
        sortedOrds[i] = ord;
        sortedScores[i] = score;
      }
    }
    chosenCounts[level] =
        diversity.select(sortedOrds, sortedScores, count, graph.maxNeighbors(level), chosen[level]);
    synchronized (locks.apply(node)) {
      setUnlessLinked(level, node);
    }
  }

  private void linkChosen(int level, int node) throws IOException {
    for (int i = 0; i < chosenCounts[level]; i++) {
      int neighbor = chosen[level][i];
      synchronized (locks.apply(neighbor)) {
        link(level, neighbor, node);
      }
    }
  }

  /** Scores a node's links and sorts them, nearest first. */
  private void sort(int node, int count) throws IOException {
    pairScorer.setScoringOrdinal(node);
    pairScorer.bulkScore(links, linkScores, count);
    for (int i = 0; i < count; i++) {
      sorter.add(links[i], linkScores[i]);
    }
    for (int i = count - 1; i >= 0; i--) {
      sortedScores[i] = sorter.topScore();
      sortedOrds[i] = sorter.pop();
    }
  }

  /**
   * Sets a node's chosen links and keeps the links it already has: once a node is linked on an
   * upper level, other threads can link it on a lower level.
   */
  private void setUnlessLinked(int level, int node) throws IOException {
    int linked = graph.neighbors(level, node, links);
    graph.set(level, node, chosen[level], chosenCounts[level]);
    for (int i = 0; i < linked; i++) {
      if (!contains(chosen[level], chosenCounts[level], links[i])) {
        graph.add(level, node, links[i]);
      }
    }
  }

  private static boolean contains(int[] ords, int count, int ord) {
    for (int i = 0; i < count; i++) {
      if (ords[i] == ord) {
        return true;
      }
    }
    return false;
  }

  private void link(int level, int from, int to) throws IOException {
    int count = graph.neighbors(level, from, links);
    if (contains(links, count, to) || graph.add(level, from, to)) {
      return;
    }
    links[count++] = to;
    sort(from, count);
    int limit = graph.maxNeighbors(level);
    int kept = diversity.select(sortedOrds, sortedScores, count, limit, links);
    int enough = (int) (limit * KEPT_LINKS);
    for (int i = 0; i < count && kept < enough; i++) {
      if (!contains(links, kept, sortedOrds[i])) {
        links[kept++] = sortedOrds[i];
      }
    }
    graph.set(level, from, links, kept);
  }
}
