/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;

/** Who is linked to whom, on the heap while a graph is built or in a file when it is searched. */
interface Adjacency {

  /** The most neighbours that a node can have on any level. */
  int maxNeighbors();

  /**
   * Copies a node's neighbours out.
   *
   * @param level 0 for the lowest
   * @param node its ordinal; it must be on the level
   * @param into receives them, in any order
   * @return how many there are
   */
  int neighbors(int level, int node, int[] into) throws IOException;
}
