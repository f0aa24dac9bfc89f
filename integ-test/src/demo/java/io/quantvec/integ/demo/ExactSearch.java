/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** Finds the true nearest neighbors by comparing each query with each fp32 vector. */
public final class ExactSearch {

  private ExactSearch() {}

  /**
   * Returns the numbers of the vectors nearest to each query, nearest first.
   *
   * @param vectors unit vectors, so that their dot product is their cosine
   * @param queries unit vectors, too
   * @param k number of neighbors
   */
  public static List<List<Integer>> neighbors(float[][] vectors, float[][] queries, int k) {
    return IntStream.range(0, queries.length)
        .parallel()
        .mapToObj(query -> nearest(vectors, queries[query], k))
        .toList();
  }

  private static List<Integer> nearest(float[][] vectors, float[] query, int k) {
    PriorityQueue<Candidate> best =
        new PriorityQueue<>(k + 1, Comparator.comparingDouble(Candidate::score));
    for (int i = 0; i < vectors.length; i++) {
      double score = dot(vectors[i], query);
      if (best.size() < k || score > best.element().score()) {
        best.add(new Candidate(i, score));
        if (best.size() > k) {
          best.remove();
        }
      }
    }
    List<Integer> numbers = new ArrayList<>(k);
    while (!best.isEmpty()) {
      numbers.add(0, best.remove().number());
    }
    return numbers;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }

  private record Candidate(int number, double score) {}
}
