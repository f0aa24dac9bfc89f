/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;

/**
 * The links between a graph's nodes: on the heap while a graph is built, in a file when it is
 * searched.
 */
interface Adjacency {

  /** The maximum number of neighbors of a node on any level. */
  int maxNeighbors();

  /**
   * Copies a node's neighbors.
   *
   * @param level the level, 0 for the lowest
   * @param node the node's ordinal; the node must be on the level
   * @param into receives the neighbors' ordinals, in any order
   * @return the number of neighbors
   */
  int neighbors(int level, int node, int[] into) throws IOException;
}
