/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.FixedBitSet;

/**
 * Makes every node of the lowest level reachable from the entry node. A node loses its last
 * incoming link if all of its neighbors prefer neighbors that are nearer or more diverse. This is
 * rare. It is less rare if several threads insert nodes at the same time, with few links per node
 * or few candidates, and for vectors with many duplicates. A search cannot find such a node.
 *
 * <p>One of an unreachable node's own neighbors gets a link to the node. If that neighbor has no
 * room, it replaces its last link, and the node takes over the replaced link. So all nodes that
 * were reachable remain reachable, with one more step. This class reads every link but does not
 * compare vectors.
 */
final class Connection {

  private final HeapGraph graph;
  private final FixedBitSet reached;
  private final int[] links;

  /** The links of the node that takes over a link. */
  private final int[] ownLinks;

  /** Nodes whose links are not followed yet. */
  private int[] open = new int[64];

  private int openCount;

  private Connection(HeapGraph graph) {
    this.graph = graph;
    this.reached = new FixedBitSet(graph.size());
    this.links = new int[graph.maxNeighbors()];
    this.ownLinks = new int[graph.maxNeighbors()];
  }

  /**
   * Changes links of the lowest level so that all nodes are reachable.
   *
   * @param graph a graph into which all nodes are inserted; no other thread may change it
   */
  static void connect(HeapGraph graph) {
    if (graph.size() > 0) {
      new Connection(graph).connect();
    }
  }

  private void connect() {
    reach(graph.entryNode());
    connectNeighbors(-1);
    // The remaining nodes have links to each other only. One link from outside reaches most of
    // them.
    connectNeighbors(graph.entryNode());
  }

  /**
   * @param otherwise the node that links nodes without a reachable neighbor; -1 to skip those nodes
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

  /**
   * The first reachable neighbor that has room for a link, or else the first reachable neighbor.
   * Neighbors are ordered nearest first.
   */
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

  /**
   * Adds a link to an unreachable node, which makes the node and all nodes that it leads to
   * reachable.
   */
  private void link(int from, int node) {
    if (!graph.add(0, from, node)) {
      int count = graph.neighbors(0, from, links);
      int replaced = links[count - 1];
      links[count - 1] = node;
      graph.set(0, from, links, count);
      takeOver(node, replaced);
    }
    reach(node);
  }

  /**
   * Adds a replaced link to a node. If the node has no room, the link replaces the node's last one:
   * no reachable node depends on the links of an unreachable node.
   */
  private void takeOver(int node, int replaced) {
    int count = graph.neighbors(0, node, ownLinks);
    for (int i = 0; i < count; i++) {
      if (ownLinks[i] == replaced) {
        return;
      }
    }
    if (!graph.add(0, node, replaced)) {
      ownLinks[count - 1] = replaced;
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
