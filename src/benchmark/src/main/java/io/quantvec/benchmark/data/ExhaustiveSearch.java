/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.NeighborQueue;

/**
 * Finds the true neighbors: float scores choose candidates, and scores in double precision order
 * them.
 */
public final class ExhaustiveSearch {

  /** Candidates per neighbor, so that float rounding loses no neighbor. */
  private static final int OVERSAMPLE = 3;

  /** Queries that share one pass over the vectors, because memory is slower than arithmetic. */
  private static final int BLOCK = 16;

  private ExhaustiveSearch() {}

  /** Returns the ids of the k nearest vectors of each query, best first. Uses every core. */
  public static int[][] nearest(
      VectorSimilarityFunction similarity, List<float[]> base, float[][] queries, int k) {
    int[][] nearest = new int[queries.length][];
    IntStream.range(0, (queries.length + BLOCK - 1) / BLOCK)
        .parallel()
        .forEach(
            block -> {
              int start = block * BLOCK;
              int end = Math.min(start + BLOCK, queries.length);
              search(similarity, base, Arrays.copyOfRange(queries, start, end), k, nearest, start);
            });
    return nearest;
  }

  private static void search(
      VectorSimilarityFunction similarity,
      List<float[]> base,
      float[][] queries,
      int k,
      int[][] nearest,
      int start) {
    NeighborQueue[] candidates = new NeighborQueue[queries.length];
    Arrays.setAll(candidates, q -> new NeighborQueue(k * OVERSAMPLE, false));
    for (int id = 0; id < base.size(); id++) {
      float[] vector = base.get(id);
      for (int q = 0; q < queries.length; q++) {
        candidates[q].insertWithOverflow(id, similarity.compare(queries[q], vector));
      }
    }
    for (int q = 0; q < queries.length; q++) {
      nearest[start + q] = best(similarity, base, queries[q], candidates[q], k);
    }
  }

  private static int[] best(
      VectorSimilarityFunction similarity,
      List<float[]> base,
      float[] query,
      NeighborQueue candidates,
      int k) {
    return IntStream.of(candidates.nodes())
        .boxed()
        .sorted(
            Comparator.comparingDouble(
                (Integer id) -> -ExactSimilarity.of(similarity, query, base.get(id))))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
