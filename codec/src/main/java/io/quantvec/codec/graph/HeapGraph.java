/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * A graph on the heap, while it is built. Per node it takes 4 (2 m + 1) bytes for the lowest level,
 * about 4 (m + 1) / (m - 1) bytes for the levels above, and 5 bytes for the node's level: 142 bytes
 * per vector with m = 16.
 *
 * <p>Threads may read and write at the same time, if no two threads write the links of the same
 * node at the same time. A reader may see a mix of old and new links of a node, but no links that
 * were never written: those would lead to node 0, which need not be on the level.
 */
public final class HeapGraph implements Adjacency {

  /**
   * Base 2 logarithm of the number of nodes per array of the lowest level: no array is longer than
   * 2^14 * 1,025.
   */
  private static final int PIECE_BITS = 14;

  private static final int PIECE_MASK = (1 << PIECE_BITS) - 1;

  /**
   * The highest level. Even with m = 2, which gives the most levels, only one node in 2^31 would be
   * on a higher level.
   */
  static final int MAX_LEVEL = 30;

  private final int size;
  private final int m;
  private final byte[] levels;

  /**
   * Links of the lowest level, in arrays of 2^14 nodes. Each node has the number of its neighbors,
   * followed by their ordinals.
   */
  private final int[][] lowest;

  /**
   * Links of levels from 1 up, one array per node in the same layout; null for nodes that are on
   * the lowest level only.
   */
  private final int[][] upper;

  private volatile int entryNode = -1;
  private volatile int topLevel = -1;

  /**
   * Creates a graph of nodes without links and draws their levels.
   *
   * @param size number of nodes
   * @param m maximum number of links per node on the upper levels, and half of the maximum on the
   *     lowest level
   * @param random source of the levels
   */
  HeapGraph(int size, int m, SplittableRandom random) {
    this.size = size;
    this.m = m;
    this.levels = new byte[size];
    this.lowest = new int[(size + PIECE_MASK) >>> PIECE_BITS][];
    for (int piece = 0; piece < lowest.length; piece++) {
      int nodes = Math.min(1 << PIECE_BITS, size - (piece << PIECE_BITS));
      lowest[piece] = new int[nodes * (2 * m + 1)];
    }
    this.upper = new int[size][];
    // With this factor, one node in m reaches the next level, as in section 4.1 of the paper.
    double factor = m == 1 ? 1 : 1 / Math.log(m);
    for (int node = 0; node < size; node++) {
      double drawn = 1 - random.nextDouble();
      setLevel(node, (int) Math.min(MAX_LEVEL, -Math.log(drawn) * factor));
    }
  }

  /** Changes the level of a node without links. */
  void setLevel(int node, int level) {
    levels[node] = (byte) level;
    upper[node] = level == 0 ? null : new int[level * (m + 1)];
  }

  /** Number of nodes. */
  public int size() {
    return size;
  }

  /** The highest level of a node. */
  public int level(int node) {
    return levels[node];
  }

  /** The highest level of the graph; -1 if it has no nodes. */
  public int topLevel() {
    return topLevel;
  }

  int entryNode() {
    return entryNode;
  }

  /**
   * Sets the node where searches start.
   *
   * @param node the node
   * @param level the node's level, which becomes the graph's highest
   */
  void setEntry(int node, int level) {
    // In this order, so that a reader that sees the new level also sees the node on that level.
    entryNode = node;
    topLevel = level;
  }

  @Override
  public int maxNeighbors() {
    return 2 * m;
  }

  int maxNeighbors(int level) {
    return level == 0 ? 2 * m : m;
  }

  private int[] array(int level, int node) {
    return level == 0 ? lowest[node >>> PIECE_BITS] : upper[node];
  }

  private int start(int level, int node) {
    return level == 0 ? (node & PIECE_MASK) * (2 * m + 1) : (level - 1) * (m + 1);
  }

  @Override
  public int neighbors(int level, int node, int[] into) {
    int[] links = array(level, node);
    int start = start(level, node);
    int count = links[start];
    VarHandle.loadLoadFence();
    System.arraycopy(links, start + 1, into, 0, count);
    return count;
  }

  /**
   * Adds a link.
   *
   * @return false if the node has no room for a link
   */
  boolean add(int level, int node, int neighbor) {
    int[] links = array(level, node);
    int start = start(level, node);
    int count = links[start];
    if (count == maxNeighbors(level)) {
      return false;
    }
    links[start + 1 + count] = neighbor;
    VarHandle.storeStoreFence();
    links[start] = count + 1;
    return true;
  }

  /** Replaces a node's links. */
  void set(int level, int node, int[] neighbors, int count) {
    int[] links = array(level, node);
    int start = start(level, node);
    System.arraycopy(neighbors, 0, links, start + 1, count);
    VarHandle.storeStoreFence();
    links[start] = count;
  }
}
