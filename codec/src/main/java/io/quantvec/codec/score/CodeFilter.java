/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * A cheap filter of codes that may have a high score. Filtering takes a fifth of the time of
 * scoring and hardly ever drops a code that has the score. Holds for the query that its scorer had.
 * Not safe for use by many threads.
 */
public final class CodeFilter {

  private final ResidualCodeScorer scorer;
  private final ScanFilter filter;
  private final double queryTerm;
  private final double lambda;
  private int[] sums = new int[0];
  private int[] leastSums = new int[0];

  /**
   * @param scorer with a query
   * @param filter of the query
   * @param queryTerm the scorer's
   * @param lambda the scorer's
   */
  CodeFilter(ResidualCodeScorer scorer, ScanFilter filter, double queryTerm, double lambda) {
    this.scorer = scorer;
    this.filter = filter;
    this.queryTerm = queryTerm;
    this.lambda = lambda;
  }

  /**
   * Finds the codes among a range that may have at least a given score. A code whose terms are not
   * finite always may.
   *
   * @param from the first ordinal: a multiple of {@link RecordReader#SCAN_GROUP}
   * @param count codes in the range
   * @param least the score
   * @param bounds of the terms of all codes
   * @param ordinals receive the codes found, ascending
   * @return codes found
   */
  public int mayScore(int from, int count, float least, TermBounds bounds, int[] ordinals)
      throws IOException {
    if (sums.length < count) {
      sums = new int[count];
      leastSums = new int[count / RecordReader.SCAN_GROUP + 1];
    }
    long start = scorer.offset(from);
    double raw = Scores.raw(scorer.similarity, least);
    for (int code = 0; code < count; code += RecordReader.SCAN_GROUP) {
      int group = (from + code) / RecordReader.SCAN_GROUP;
      leastSums[code / RecordReader.SCAN_GROUP] = leastSum(raw, bounds, group);
    }
    // Only the terms of the few codes that are left are read.
    int found =
        filter.scan(scorer.records, start, scorer.recordLength, count, leastSums, sums, ordinals);
    int left = 0;
    for (int i = 0; i < found; i++) {
      int code = ordinals[i];
      if (mayBe(scorer.offset(from + code), filter.most(sums[code]), raw)) {
        ordinals[left++] = from + code;
      }
    }
    return left;
  }

  /** The smallest sum of a code of a group that may have the score. */
  private int leastSum(double raw, TermBounds bounds, int group) {
    double missing =
        scorer.similarity == VectorSimilarityFunction.EUCLIDEAN
            ? (queryTerm + bounds.minAdditive(group) - raw) / 2
            : raw
                - queryTerm
                - lambda * (lambda < 0 ? bounds.minAdditive(group) : bounds.maxAdditive(group));
    return missing > 0 ? filter.leastSum(missing / bounds.maxRescale(group)) : Integer.MIN_VALUE;
  }

  private boolean mayBe(long offset, double product, double raw) throws IOException {
    double most = scorer.raw(offset, product);
    // NaN may be any score.
    return scorer.similarity == VectorSimilarityFunction.EUCLIDEAN ? !(most > raw) : !(most < raw);
  }

  /** The bounds of the terms of the first codes. */
  public TermBounds termBounds(int count) throws IOException {
    TermReader terms = scorer.terms();
    TermBounds bounds = new TermBounds(count);
    for (int i = 0; i < count; i++) {
      terms.read(scorer.offset(i));
      bounds.add(i, terms.rescale(), terms.additive());
    }
    return bounds;
  }
}
