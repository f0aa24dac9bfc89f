/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import io.quantvec.benchmark.contender.Contenders;
import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.measure.SearchResult;
import java.util.List;

/**
 * The rows of one data set beside each other.
 *
 * @param results all of them
 */
public record SearchComparison(List<SearchResult> results) {

  /** The recalls at which queries a second are given. */
  static final List<Double> RECALLS = List.of(.90, .95, .99);

  /** Whom ours are compared with. */
  static final List<SearchRow.Family> PEERS =
      List.of(
          SearchRow.Family.LUCENE_QUANTIZED,
          SearchRow.Family.LUCENE_FP32,
          SearchRow.Family.JVECTOR);

  /**
   * Our queries a second at a recall divided by those of a family's best row. NaN for a row that is
   * not ours, and if one of both does not reach the recall.
   */
  public double ratio(SearchResult ours, SearchRow.Family peers, double recall) {
    if (ours.family() != SearchRow.Family.QUANTVEC) {
      return Double.NaN;
    }
    double best =
        results.stream()
            .filter(result -> result.family() == peers)
            .mapToDouble(result -> result.curve().qpsAt(recall))
            .filter(qps -> !Double.isNaN(qps))
            .max()
            .orElse(Double.NaN);
    return ours.curve().qpsAt(recall) / best;
  }

  /** Time to index and merge divided by that of {@link Contenders#BASELINE}; NaN without it. */
  public double buildRatio(SearchResult result) {
    double baseline =
        results.stream()
            .filter(other -> other.row().equals(Contenders.BASELINE))
            .mapToDouble(other -> other.cost().seconds())
            .findAny()
            .orElse(Double.NaN);
    return result.cost().seconds() / baseline;
  }
}
