/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.score.CodeScorer;
import java.io.IOException;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.util.hnsw.UpdateableRandomVectorScorer;

/** Scores codes by ordinal, against a query or against one of the codes. */
final class OrdinalScorer
    extends UpdateableRandomVectorScorer.AbstractUpdateableRandomVectorScorer {

  private final CodeScorer codes;
  private final byte[] record;

  /**
   * @param values the vectors that the codes are of
   */
  OrdinalScorer(KnnVectorValues values, CodeScorer codes, int recordLength) {
    super(values);
    this.codes = codes;
    this.record = new byte[recordLength];
  }

  @Override
  public void setScoringOrdinal(int ord) throws IOException {
    codes.readRecord(ord, record);
    codes.setQueryRecord(record);
  }

  @Override
  public float score(int ord) throws IOException {
    return codes.score(ord);
  }

  @Override
  public float bulkScore(int[] ords, float[] scores, int count) throws IOException {
    return codes.bulkScore(ords, scores, count);
  }
}
