/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import io.quantvec.codec.file.Corruption;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.hnsw.HnswGraph;

/**
 * A graph of Lucene whose links are checked when they are read, usually a graph in a file: a link
 * that does not lead to a node of the graph is reported as corruption. {@link GraphMetadata} checks
 * the rest.
 */
public final class StoredGraph extends HnswGraph implements Adjacency {

  private final HnswGraph graph;
  private final String resource;
  private final int size;

  private StoredGraph(HnswGraph graph, String resource) {
    this.graph = graph;
    this.resource = resource;
    this.size = graph.size();
  }

  /**
   * A graph with checked links; the graph itself if its links are already checked.
   *
   * @param resource names the file and the field
   */
  public static StoredGraph of(HnswGraph graph, String resource) {
    return graph instanceof StoredGraph stored ? stored : new StoredGraph(graph, resource);
  }

  static StoredGraph of(HnswGraph graph) {
    return of(graph, "graph");
  }

  @Override
  public int maxNeighbors() {
    return 2 * graph.maxConn();
  }

  @Override
  public int neighbors(int level, int node, int[] into) throws IOException {
    seek(level, node);
    int count = 0;
    for (int next = graph.nextNeighbor();
        next != DocIdSetIterator.NO_MORE_DOCS;
        next = graph.nextNeighbor()) {
      // An unsigned comparison also rejects negative numbers.
      if (Integer.compareUnsigned(next, size) >= 0) {
        throw noNode(next);
      }
      into[count++] = next;
    }
    return count;
  }

  @Override
  public void seek(int level, int node) throws IOException {
    try {
      graph.seek(level, node);
    } catch (IOException | RuntimeException | AssertionError e) {
      // Lucene checks some bytes by assertions only.
      throw Corruption.of(e, "links of node " + node + " on level " + level, resource);
    }
    int count = graph.neighborCount();
    if (count < 0 || count > maxNeighbors()) {
      throw new CorruptIndexException(
          "expected 0 to "
              + maxNeighbors()
              + " links of node "
              + node
              + " on level "
              + level
              + ", found "
              + count,
          resource);
    }
  }

  private CorruptIndexException noNode(int found) {
    return new CorruptIndexException(
        "expected a node of 0 to " + (size - 1) + ", found a link to " + found, resource);
  }

  CorruptIndexException notOnLevel(int found, int level) {
    return new CorruptIndexException(
        "expected a node on level " + level + ", found a link to " + found, resource);
  }

  @Override
  public int nextNeighbor() throws IOException {
    int next = graph.nextNeighbor();
    if (next != DocIdSetIterator.NO_MORE_DOCS && Integer.compareUnsigned(next, size) >= 0) {
      throw noNode(next);
    }
    return next;
  }

  @Override
  public int neighborCount() {
    return graph.neighborCount();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int numLevels() throws IOException {
    return graph.numLevels();
  }

  @Override
  public int maxConn() {
    return graph.maxConn();
  }

  @Override
  public int entryNode() throws IOException {
    return graph.entryNode();
  }

  @Override
  public NodesIterator getNodesOnLevel(int level) throws IOException {
    return graph.getNodesOnLevel(level);
  }
}
