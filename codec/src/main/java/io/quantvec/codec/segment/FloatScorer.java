/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.records.FloatKernel;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Scores the floats of a rerank copy by Lucene's scorer. Checks the vectors where a score is NaN,
 * or where Lucene's assertions fail.
 */
final class FloatScorer extends RandomVectorScorer.AbstractRandomVectorScorer {

  private final QuantizedFloatVectorValues values;
  private final RandomVectorScorer scorer;

  /**
   * A scorer of floats against a query.
   *
   * @param values vectors that no other reads
   */
  static FloatScorer of(
      QuantizedFloatVectorValues values, VectorSimilarityFunction similarity, float[] target)
      throws IOException {
    if (values.getSlice() != null) {
      FloatKernel.prepare(similarity, values.getSlice());
    }
    return new FloatScorer(
        values.copy(), FloatKernel.SCORER.getRandomVectorScorer(similarity, values, target));
  }

  /**
   * @param values the vectors
   * @param scorer Lucene's, which reads the floats straight from memory
   */
  private FloatScorer(QuantizedFloatVectorValues values, RandomVectorScorer scorer) {
    super(values);
    this.values = values;
    this.scorer = scorer;
  }

  @Override
  public float score(int ord) throws IOException {
    float score;
    try {
      score = scorer.score(ord);
    } catch (AssertionError e) {
      expectNumbers(ord);
      throw e;
    }
    if (Float.isNaN(score)) {
      expectNumbers(ord);
    }
    return score;
  }

  @Override
  public float bulkScore(int[] ords, float[] scores, int count) throws IOException {
    float best;
    try {
      best = scorer.bulkScore(ords, scores, count);
    } catch (AssertionError e) {
      expectNumbers(ords, count);
      throw e;
    }
    if (Float.isNaN(best)) {
      expectNumbers(ords, count);
    }
    return best;
  }

  private void expectNumbers(int[] ords, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      expectNumbers(ords[i]);
    }
  }

  /** Finds a damaged vector; otherwise the query caused the score. */
  private void expectNumbers(int ord) throws IOException {
    double squares = VectorMath.squaredLength(values.vectorValue(ord));
    if (squares > Float.MAX_VALUE) {
      throw new CorruptIndexException(
          "expected a vector whose squared length a float can hold, found "
              + squares
              + " of vector "
              + ord,
          values.field().rerankCopy().toString());
    }
  }
}
