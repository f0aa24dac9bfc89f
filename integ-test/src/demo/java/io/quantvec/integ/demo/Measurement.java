/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Recall and latency of one way to search.
 *
 * @param recall the share of the true neighbors that were found
 * @param medianMillis the median latency over REST, in milliseconds
 */
public record Measurement(double recall, double medianMillis) {

  /**
   * Searches an index for each query, one after the other.
   *
   * @param truth the true neighbors of each query; their number is the k of the search
   */
  public static Measurement of(
      DemoIndex index, float[][] queries, List<List<Integer>> truth, boolean rescore) {
    long[] nanos = new long[queries.length];
    long found = 0;
    long expected = 0;
    for (int q = 0; q < queries.length; q++) {
      int k = truth.get(q).size();
      DemoIndex.Result result = index.search(queries[q], k, rescore);
      nanos[q] = result.nanos();
      Set<Integer> numbers = new HashSet<>();
      result.hits().forEach(hit -> numbers.add(hit.number()));
      numbers.retainAll(truth.get(q));
      found += numbers.size();
      expected += k;
    }
    Arrays.sort(nanos);
    double median = (nanos[(nanos.length - 1) / 2] + nanos[nanos.length / 2]) / 2.0;
    return new Measurement((double) found / expected, median / 1e6);
  }
}
