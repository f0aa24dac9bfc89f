/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/** What a search did in one segment. Written by one thread at a time. */
final class LeafWork {

  /** Vectors whose codes a walk through the graph scored. */
  long visited;

  /** Vectors whose codes were scored one after the other. */
  long scanned;

  /** 1 if the segment has no graph, so that its codes are scanned. */
  long withoutGraph;

  /** Vectors whose rerank copy was scored. */
  long reranked;

  /** Vectors whose rerank copy was prefetched, all of a round at once. */
  long prefetched;

  /** Bytes of codes, error terms and copies that all these have; links of the graph not counted. */
  long bytesRead;

  /**
   * Turning the query into what codes are scored against; of a walk through the graph it is told
   * apart for profiles only.
   */
  long transformNanos;

  long graphNanos;
  long scanNanos;
  long rerankNanos;

  /** Vectors whose codes were scored, in one way or the other. */
  long scored() {
    return visited + scanned;
  }

  /**
   * What was done in several segments together; times are left out.
   *
   * @param leaves null for a segment in which nothing was done
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
