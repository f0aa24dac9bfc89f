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
 * @param m maximum number of links per node on the upper levels, and half of the maximum on the
 *     lowest level
 * @param efConstruction candidates that are kept while a node is inserted
 * @param mergeThreads threads that build one graph in a merge
 * @param approximateThreshold number of vectors from which a segment gets a graph, or {@link
 *     #ALWAYS_GRAPH} or {@link #NEVER_GRAPH}
 */
public record GraphParameters(
    int m, int efConstruction, MergeThreads mergeThreads, int approximateThreshold) {

  /** The approximate threshold with which every segment gets a graph. */
  public static final int ALWAYS_GRAPH = 0;

  /** The approximate threshold with which no segment gets a graph. */
  public static final int NEVER_GRAPH = -1;

  /**
   * Whether a segment gets a graph.
   *
   * @param encoding encoding of the vectors. The threshold counts quantized vectors. Byte vectors
   *     are not quantized, so Lucene's rule applies to them unless a segment always or never gets a
   *     graph.
   * @param vectors number of vectors in the segment
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
