/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.score.ErrorBounds;
import java.io.IOException;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/** Gives upper bounds of scores as scores, by ordinal. */
final class UpperBoundScorer extends RandomVectorScorer.AbstractRandomVectorScorer {

  private final ErrorBounds bounds;

  /**
   * @param values the vectors whose scores are bounded
   * @param bounds with a query that is set
   */
  UpperBoundScorer(KnnVectorValues values, ErrorBounds bounds) {
    super(values);
    this.bounds = bounds;
  }

  @Override
  public float score(int ord) throws IOException {
    return bounds.upper(ord);
  }

  @Override
  public float bulkScore(int[] ords, float[] scores, int count) throws IOException {
    return bounds.bulkUpper(ords, scores, count);
  }
}
