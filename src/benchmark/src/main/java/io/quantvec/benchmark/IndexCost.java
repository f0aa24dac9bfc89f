/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

/**
 * What an index took.
 *
 * @param indexSeconds from the first vector until all are flushed, on one thread
 * @param mergeSeconds until the one segment is written
 * @param codes bytes that a walk through the graph compares queries with
 * @param graph bytes of the connections
 * @param rerank bytes of the vectors that only rescoring reads
 * @param rest bytes of all other files
 */
record IndexCost(
    double indexSeconds, double mergeSeconds, long codes, long graph, long rerank, long rest) {

  /** Seconds until the index can be searched as one segment. */
  double seconds() {
    return indexSeconds + mergeSeconds;
  }

  /** Bytes on disk. */
  long bytes() {
    return codes + graph + rerank + rest;
  }
}
