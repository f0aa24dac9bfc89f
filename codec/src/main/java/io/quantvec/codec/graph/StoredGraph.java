/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraph;

/** A graph of Lucene's, as a rule one that is read from a file. */
final class StoredGraph implements Adjacency {

  private final HnswGraph graph;

  StoredGraph(HnswGraph graph) {
    this.graph = graph;
  }

  @Override
  public int maxNeighbors() {
    return 2 * graph.maxConn();
  }

  @Override
  public int neighbors(int level, int node, int[] into) throws IOException {
    graph.seek(level, node);
    int count = 0;
    for (int next = graph.nextNeighbor();
        next != DocIdSetIterator.NO_MORE_DOCS;
        next = graph.nextNeighbor()) {
      into[count++] = next;
    }
    return count;
  }
}
