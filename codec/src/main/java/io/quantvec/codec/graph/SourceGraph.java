/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import org.apache.lucene.util.IOSupplier;
import org.apache.lucene.util.hnsw.HnswGraph;

/**
 * The graph of a segment that is merged.
 *
 * @param graph opens the graph; every thread needs its own
 * @param ords for each node, the ordinal in the merged segment; -1 if the document was deleted
 * @param complete whether no node was deleted
 */
public record SourceGraph(IOSupplier<HnswGraph> graph, int[] ords, boolean complete) {

  /** Number of nodes, including deleted ones. */
  public int size() {
    return ords.length;
  }

  /** Opens the graph. */
  HnswGraph open() throws IOException {
    return graph.get();
  }
}
