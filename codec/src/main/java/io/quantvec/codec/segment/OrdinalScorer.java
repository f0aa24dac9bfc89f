/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.score.CodeScorer;
import java.io.IOException;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/** Scores codes by ordinal, against a query or against one of the codes. */
public final class OrdinalScorer
    extends UpdateableRandomVectorScorer.AbstractUpdateableRandomVectorScorer {

  private final QuantizedFloatVectorValues values;
  private final CodeScorer codes;

  /**
   * @param values the vectors of the codes
   */
  public OrdinalScorer(QuantizedFloatVectorValues values, CodeScorer codes) {
    super(values);
    this.values = values;
    this.codes = codes;
  }

  CodeScorer codes() {
    return codes;
  }

  @Override
  public void setScoringOrdinal(int ord) throws IOException {
    codes.setQueryOrdinal(ord);
  }

  @Override
  public float score(int ord) throws IOException {
    float score = codes.score(ord);
    if (Float.isNaN(score)) {
      expectFinite(ord);
    }
    return score;
  }

  @Override
  public float bulkScore(int[] ords, float[] scores, int count) throws IOException {
    float best = codes.bulkScore(ords, scores, count);
    if (Float.isNaN(best)) {
      for (int i = 0; i < count; i++) {
        expectFinite(ords[i]);
      }
    }
    return best;
  }

  /** A score that is NaN comes from a damaged record or from the query. */
  private void expectFinite(int ord) throws IOException {
    if (!codes.isFinite(ord)) {
      throw new CorruptIndexException(
          "expected a code of finite numbers, found another of vector " + ord,
          values.field().codes().toString());
    }
  }
}
