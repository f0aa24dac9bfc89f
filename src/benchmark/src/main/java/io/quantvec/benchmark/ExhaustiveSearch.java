/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.NeighborQueue;

/** True neighbours: float scores choose candidates, which are put in order in double. */
final class ExhaustiveSearch {

  /** Candidates for each neighbour asked for, so that float's rounding loses none. */
  private static final int OVERSAMPLE = 3;

  private ExhaustiveSearch() {}

  /** The ids of the k nearest vectors of each query, the best first. Uses every core. */
  static int[][] nearest(
      VectorSimilarityFunction similarity, float[][] base, float[][] queries, int k) {
    return Arrays.stream(queries)
        .parallel()
        .map(query -> nearest(similarity, base, query, k))
        .toArray(int[][]::new);
  }

  private static int[] nearest(
      VectorSimilarityFunction similarity, float[][] base, float[] query, int k) {
    NeighborQueue candidates = new NeighborQueue(k * OVERSAMPLE, false);
    for (int id = 0; id < base.length; id++) {
      candidates.insertWithOverflow(id, similarity.compare(query, base[id]));
    }
    return IntStream.of(candidates.nodes())
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                (Integer id) -> -ExactSimilarity.of(similarity, query, base[id])))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
