/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import io.quantvec.codec.write.MergeThreads;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * How graphs are built.
 *
 * @param m links a node on the upper levels, and half of those on the lowest
 * @param efConstruction candidates kept while a node is inserted
 * @param mergeThreads threads that build one graph at a merge
 * @param approximateThreshold vectors from which a segment gets a graph; {@link #ALWAYS_GRAPH} or
 *     {@link #NEVER_GRAPH}
 */
public record GraphParameters(
    int m, int efConstruction, MergeThreads mergeThreads, int approximateThreshold) {

  /** The approximate threshold of a graph in every segment. */
  public static final int ALWAYS_GRAPH = 0;

  /** The approximate threshold of no graphs. */
  public static final int NEVER_GRAPH = -1;

  /**
   * Whether a segment gets a graph.
   *
   * @param encoding of the vectors; the threshold is a number of codes, so for byte vectors, which
   *     are compared as they are, Lucene's own rule holds unless there is always or never a graph
   * @param vectors of the segment
   */
  public boolean wantsGraph(VectorEncoding encoding, int vectors) {
    if (vectors == 0 || approximateThreshold == NEVER_GRAPH) {
      return false;
    }
    if (encoding == VectorEncoding.BYTE && approximateThreshold != ALWAYS_GRAPH) {
      int visits =
          HnswGraphSearcher.expectedVisitedNodes(
              Lucene99HnswVectorsFormat.HNSW_GRAPH_THRESHOLD, vectors);
      return visits > 0 && vectors > visits;
    }
    return vectors >= approximateThreshold;
  }
}
