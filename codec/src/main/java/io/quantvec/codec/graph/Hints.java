/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where to search for the neighbours of vectors that had neighbours before: in the graphs of the
 * segments that they come from. As in Lucene's own merge of graphs, but for the choice of the
 * vectors that are searched for from the top: there a cover of the graph, here those that come
 * before enough of their neighbours.
 */
final class Hints {

  static final Hints NONE = new Hints(0, List.of());

  /**
   * Neighbours that are enough to start from: some fifth of the vectors come before so many of
   * theirs, and are searched for from the top. Twice as many neighbours find no more.
   */
  static final int ENOUGH = 4;

  private final List<SourceGraph> sources;

  /** For each vector one more than the number of its source; 0 if it has none. */
  private final short[] sourceNumbers;

  private final int[] sourceOrds;

  /**
   * @param size vectors of the merged segment
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

  /** A reader for one thread. */
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
     * Finds a vector's neighbours that are in the merged graph.
     *
     * @return how many there are in {@link #ords}
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
