/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;

/**
 * A graph while it is built. It takes 4 (2 m + 1) bytes a node for the lowest level, some 4 (m + 1)
 * / (m - 1) for those above it, and 5 to know which levels a node is on: 142 bytes a vector with m
 * = 16.
 *
 * <p>Any number of threads may read while others write, if no two write the links of one node at a
 * time. A reader may see the links of a node half written, some old and some new ones, but none
 * that was never written: that would be a link to node 0, which need not be on the level.
 */
public final class HeapGraph implements Adjacency {

  /** Nodes a piece of the lowest level: no array is longer than 2^14 * 1,025. */
  private static final int PIECE_BITS = 14;

  private static final int PIECE_MASK = (1 << PIECE_BITS) - 1;

  /** Levels above this would have one node in e^30 even if m were 2. */
  static final int MAX_LEVEL = 30;

  private final int size;
  private final int m;
  private final byte[] levels;

  /** For each node of a piece, how many neighbours it has, and then these. */
  private final int[][] lowest;

  /** The same of the levels from 1 on; null for nodes that are on the lowest level only. */
  private final int[][] upper;

  private volatile int entryNode = -1;
  private volatile int topLevel = -1;

  /**
   * Nodes without links, on levels that are drawn for them.
   *
   * @param size nodes, with the ordinals from 0 on
   * @param m links a node on the upper levels, and half of those on the lowest
   * @param random draws the levels
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
    // The factor that makes one node in m reach the next level, as in section 4.1 of the paper.
    double factor = m == 1 ? 1 : 1 / Math.log(m);
    for (int node = 0; node < size; node++) {
      double drawn = 1 - random.nextDouble();
      setLevel(node, (int) Math.min(MAX_LEVEL, -Math.log(drawn) * factor));
    }
  }

  /** Puts a node without links on another level. */
  void setLevel(int node, int level) {
    levels[node] = (byte) level;
    upper[node] = level == 0 ? null : new int[level * (m + 1)];
  }

  /** Nodes. */
  public int size() {
    return size;
  }

  /** The highest level that a node is on. */
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

  /** The node on the highest level where searches start. */
  void setEntry(int node, int level) {
    // Who sees the level must find the node that is on it.
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
   * @return whether there was room for it
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
