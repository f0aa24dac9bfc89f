/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * How graphs are built.
 *
 * @param m links a node on the upper levels, and half of those on the lowest
 * @param efConstruction candidates kept while a node is inserted
 * @param mergeThreads threads that build one graph at a merge
 * @param approximateThreshold vectors from which a segment gets a graph; {@link
 *     QuantizedHnswVectorsFormat#ALWAYS_GRAPH} or {@link QuantizedHnswVectorsFormat#NEVER_GRAPH}
 */
record GraphParameters(
    int m, int efConstruction, MergeThreads mergeThreads, int approximateThreshold) {

  /**
   * Whether a segment gets a graph.
   *
   * @param encoding of the vectors; the threshold is a number of codes, so for byte vectors, which
   *     are compared as they are, Lucene's own rule holds unless there is always or never a graph
   * @param vectors of the segment
   */
  boolean wantsGraph(VectorEncoding encoding, int vectors) {
    if (vectors == 0 || approximateThreshold == QuantizedHnswVectorsFormat.NEVER_GRAPH) {
      return false;
    }
    if (encoding == VectorEncoding.BYTE
        && approximateThreshold != QuantizedHnswVectorsFormat.ALWAYS_GRAPH) {
      int visits =
          HnswGraphSearcher.expectedVisitedNodes(
              Lucene99HnswVectorsFormat.HNSW_GRAPH_THRESHOLD, vectors);
      return visits > 0 && vectors > visits;
    }
    return vectors >= approximateThreshold;
  }
}
