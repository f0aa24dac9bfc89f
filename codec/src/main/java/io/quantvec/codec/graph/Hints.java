/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starting points for the search for a vector's neighbors in a merge: the vector's neighbors in the
 * graph of its source segment. Lucene's merge of graphs does the same but differs in which vectors
 * are searched from the top level: Lucene uses a cover of the graph, this class the vectors that
 * are inserted before enough of their neighbors.
 */
final class Hints {

  static final Hints NONE = new Hints(0, List.of());

  /**
   * Number of inserted neighbors from which a search can start. About a fifth of the vectors are
   * inserted before this many of their neighbors and are searched from the top level. Twice this
   * number does not increase recall.
   */
  static final int ENOUGH = 4;

  private final List<SourceGraph> sources;

  /** For each vector the index of its source plus 1; 0 if it has no source graph. */
  private final short[] sourceNumbers;

  private final int[] sourceOrds;

  /**
   * @param size number of vectors in the merged segment
   * @param sources the source graphs
   */
  Hints(int size, List<SourceGraph> sources) {
    this.sources = sources;
    this.sourceNumbers = new short[sources.isEmpty() ? 0 : size];
    this.sourceOrds = new int[sourceNumbers.length];
    for (int i = 0; i < Math.min(sources.size(), Short.MAX_VALUE); i++) {
      int[] ords = sources.get(i).ords();
      for (int ord = 0; ord < ords.length; ord++) {
        if (ords[ord] >= 0) {
          sourceNumbers[ords[ord]] = (short) (i + 1);
          sourceOrds[ords[ord]] = ord;
        }
      }
    }
  }

  /** Creates a reader for one thread. */
  Reader reader() throws IOException {
    return new Reader();
  }

  /** Reads the sources' graphs. */
  final class Reader {

    private final List<Adjacency> graphs = new ArrayList<>();
    private final int[] ords;

    private Reader() throws IOException {
      int most = 0;
      for (SourceGraph source : sources) {
        Adjacency graph = StoredGraph.of(source.open());
        graphs.add(graph);
        most = Math.max(most, graph.maxNeighbors());
      }
      this.ords = new int[most];
    }

    /**
     * Finds a vector's source neighbors that are already in the merged graph.
     *
     * @param node the vector's ordinal in the merged segment
     * @param linked whether each vector is in the merged graph
     * @return the number of neighbors in {@link #ords}
     */
    int neighbors(int node, boolean[] linked) throws IOException {
      if (sourceNumbers.length == 0 || sourceNumbers[node] == 0) {
        return 0;
      }
      int number = sourceNumbers[node] - 1;
      int[] merged = sources.get(number).ords();
      int found = graphs.get(number).neighbors(0, sourceOrds[node], ords);
      int count = 0;
      for (int i = 0; i < found; i++) {
        int ord = merged[ords[i]];
        if (ord >= 0 && linked[ord]) {
          ords[count++] = ord;
        }
      }
      return count;
    }

    int[] ords() {
      return ords;
    }
  }
}
