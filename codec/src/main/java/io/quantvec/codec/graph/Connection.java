/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.FixedBitSet;

/**
 * Makes every node of the lowest level reachable from the entry node. A node loses the last link to
 * it where all of its neighbours find others that are nearer or lie in directions of their own:
 * rarely, but more often if threads insert nodes beside each other, with few links a node or few
 * candidates, and for vectors of which there are many copies. No search would find it.
 *
 * <p>A node that is not reached is linked by one of its own neighbours. If that one has no room, it
 * gives up its last link, which the node takes over. So what was reached still is, after one step
 * more. No vectors are compared; it takes a look at every link.
 */
final class Connection {

  private final HeapGraph graph;
  private final FixedBitSet reached;
  private final int[] links;

  /** The links of the node that takes one over. */
  private final int[] ownLinks;

  /** Nodes whose links are still to be followed. */
  private int[] open = new int[64];

  private int openCount;

  private Connection(HeapGraph graph) {
    this.graph = graph;
    this.reached = new FixedBitSet(graph.size());
    this.links = new int[graph.maxNeighbors()];
    this.ownLinks = new int[graph.maxNeighbors()];
  }

  /**
   * Changes links of the lowest level so that all nodes are reached.
   *
   * @param graph complete; no other thread may change it
   */
  static void connect(HeapGraph graph) {
    if (graph.size() > 0) {
      new Connection(graph).connect();
    }
  }

  private void connect() {
    reach(graph.entryNode());
    connectNeighbors(-1);
    // What is left has links among itself only. One link from outside reaches most of it.
    connectNeighbors(graph.entryNode());
  }

  /**
   * @param otherwise links nodes of whose neighbours none is reached; -1 to leave these out
   */
  private void connectNeighbors(int otherwise) {
    for (int node = 0; node < graph.size(); node++) {
      if (!reached.get(node)) {
        int from = reachedNeighbor(node, otherwise);
        if (from >= 0) {
          link(from, node);
        }
      }
    }
  }

  /** The first one with room, or else the first one, as the nearest stand first. */
  private int reachedNeighbor(int node, int otherwise) {
    int count = graph.neighbors(0, node, links);
    int first = -1;
    for (int i = 0; i < count; i++) {
      if (reached.get(links[i])) {
        if (graph.neighbors(0, links[i], ownLinks) < graph.maxNeighbors(0)) {
          return links[i];
        }
        first = first < 0 ? links[i] : first;
      }
    }
    return first < 0 ? otherwise : first;
  }

  /** Links a node that is not reached, and thereby reaches all that it leads to. */
  private void link(int from, int node) {
    if (!graph.add(0, from, node)) {
      int count = graph.neighbors(0, from, links);
      int given = links[count - 1];
      links[count - 1] = node;
      graph.set(0, from, links, count);
      takeOver(node, given);
    }
    reach(node);
  }

  /** Nothing that is reached depends on the links of a node that is not, so it can give one up. */
  private void takeOver(int node, int given) {
    int count = graph.neighbors(0, node, ownLinks);
    for (int i = 0; i < count; i++) {
      if (ownLinks[i] == given) {
        return;
      }
    }
    if (!graph.add(0, node, given)) {
      ownLinks[count - 1] = given;
      graph.set(0, node, ownLinks, count);
    }
  }

  private void reach(int from) {
    push(from);
    while (openCount > 0) {
      int count = graph.neighbors(0, open[--openCount], links);
      for (int i = 0; i < count; i++) {
        if (!reached.get(links[i])) {
          push(links[i]);
        }
      }
    }
  }

  private void push(int node) {
    reached.set(node);
    open = ArrayUtil.grow(open, openCount + 1);
    open[openCount++] = node;
  }
}
