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
 * Compares the rows of one data set.
 *
 * @param results the results of all rows
 */
public record SearchComparison(List<SearchResult> results) {

  /** The recalls at which rates are reported. */
  static final List<Double> RECALLS = List.of(.90, .95, .99);

  /** The families with which Quantvec is compared. */
  static final List<SearchRow.Family> PEERS =
      List.of(
          SearchRow.Family.LUCENE_QUANTIZED,
          SearchRow.Family.LUCENE_FP32,
          SearchRow.Family.JVECTOR);

  /**
   * Returns Quantvec's queries per second at a recall, divided by those of a family's best row. NaN
   * for a row of another family, and if one of the two does not reach the recall.
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

  /**
   * Returns the time to index and merge, divided by that of {@link Contenders#BASELINE}; NaN
   * without that row.
   */
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
