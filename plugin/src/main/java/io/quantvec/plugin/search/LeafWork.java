/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/** The work of a search in one segment. Written by one thread at a time. */
final class LeafWork {

  /** Vectors whose codes a traversal of the graph scored. */
  long visited;

  /** Vectors whose codes were scored by a scan. */
  long scanned;

  /** 1 if the segment has no graph, so that its codes are scanned. */
  long withoutGraph;

  /** Vectors whose rerank copy was scored. */
  long reranked;

  /** Vectors whose rerank copy was prefetched, all of a round at once. */
  long prefetched;

  /**
   * Bytes of the codes, error terms and rerank copies of these vectors, without links of the graph.
   */
  long bytesRead;

  /** Nanoseconds of transforming the query. A graph traversal measures them only for profiles. */
  long transformNanos;

  long graphNanos;
  long scanNanos;
  long rerankNanos;

  /** Vectors whose codes were scored, in one way or the other. */
  long scored() {
    return visited + scanned;
  }

  /**
   * The sum of the work in several segments, without times.
   *
   * @param leaves null for a segment without work
   */
  static LeafWork sum(LeafWork[] leaves) {
    LeafWork sum = new LeafWork();
    for (LeafWork leaf : leaves) {
      if (leaf != null) {
        sum.visited += leaf.visited;
        sum.scanned += leaf.scanned;
        sum.reranked += leaf.reranked;
        sum.bytesRead += leaf.bytesRead;
      }
    }
    return sum;
  }
}
