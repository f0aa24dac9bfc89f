/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import org.apache.lucene.index.MergeState;
import org.apache.lucene.search.TaskExecutor;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/**
 * How graphs are built.
 *
 * @param m links a node on the upper levels, and half of those on the lowest
 * @param efConstruction candidates kept while a node is inserted
 * @param mergeWorkers threads that build one graph at a merge
 * @param mergeExecutor where these threads come from; null for the merge scheduler's own
 * @param tinySegmentsThreshold expected visits under which a segment gets no graph; 0 for always
 */
record GraphParameters(
    int m,
    int efConstruction,
    int mergeWorkers,
    TaskExecutor mergeExecutor,
    int tinySegmentsThreshold) {

  /** Whether a search of the graph would visit fewer vectors than there are. */
  boolean wantsGraph(int vectors) {
    if (vectors == 0 || tinySegmentsThreshold <= 0) {
      return vectors > 0;
    }
    int visits = HnswGraphSearcher.expectedVisitedNodes(tinySegmentsThreshold, vectors);
    return visits > 0 && vectors > visits;
  }

  /** What runs the workers of a merge; null if the merging thread is to do all. */
  TaskExecutor executor(MergeState mergeState) {
    if (mergeWorkers == 1) {
      return null;
    }
    if (mergeExecutor != null) {
      return mergeExecutor;
    }
    return mergeState.intraMergeTaskExecutor == null
        ? null
        : new TaskExecutor(mergeState.intraMergeTaskExecutor);
  }
}
