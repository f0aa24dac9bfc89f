/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * How graphs are built.
 *
 * @param m links a node on the upper levels, and half of those on the lowest
 * @param efConstruction candidates kept while a node is inserted
 * @param mergeThreads threads that build one graph at a merge
 * @param tinySegmentsThreshold expected visits under which a segment gets no graph; 0 for always
 */
record GraphParameters(
    int m, int efConstruction, MergeThreads mergeThreads, int tinySegmentsThreshold) {

  /** Whether a search of the graph would visit fewer vectors than there are. */
  boolean wantsGraph(int vectors) {
    if (vectors == 0 || tinySegmentsThreshold <= 0) {
      return vectors > 0;
    }
    int visits = HnswGraphSearcher.expectedVisitedNodes(tinySegmentsThreshold, vectors);
    return visits > 0 && vectors > visits;
  }
}
