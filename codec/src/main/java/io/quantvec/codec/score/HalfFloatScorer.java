/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.HalfFloatSpace;
import io.quantvec.codec.encode.HalfFloats;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Scores half floats, which are compared with the query's floats. */
final class HalfFloatScorer extends CodeScorer {

  private final float[] query;

  HalfFloatScorer(
      HalfFloatSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      int recordLength) {
    super(space, similarity, records, recordLength);
    this.query = new float[space.dimension()];
  }

  @Override
  public void setQuery(float[] query) {
    float[] target =
        similarity == VectorSimilarityFunction.COSINE ? VectorMath.normalized(query) : query;
    System.arraycopy(target, 0, this.query, 0, target.length);
  }

  @Override
  public void setQueryRecord(byte[] record) {
    HalfFloats.decode(record, query);
  }

  @Override
  public float score(int ordinal) throws IOException {
    return Scores.of(similarity, compare(ordinal));
  }

  @Override
  public float bulkScore(int[] ordinals, float[] scores, int count) throws IOException {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      scores[i] = Scores.of(similarity, compare(ordinals[i]));
      max = Math.max(max, scores[i]);
    }
    return max;
  }

  /** The squared distances or inner products of many stored vectors. */
  void bulkCompare(int[] ordinals, int count, double[] compared) throws IOException {
    for (int i = 0; i < count; i++) {
      compared[i] = compare(ordinals[i]);
    }
  }

  private float compare(int ordinal) throws IOException {
    long offset = offset(ordinal);
    return similarity == VectorSimilarityFunction.EUCLIDEAN
        ? records.squareDistanceHalves(query, offset)
        : records.dotHalves(query, offset);
  }

  @Override
  public boolean isFinite(int ordinal) throws IOException {
    float[] decoded = new float[query.length];
    HalfFloats.decode(readRecord(ordinal), decoded);
    boolean finite = true;
    for (float component : decoded) {
      finite &= Float.isFinite(component);
    }
    return finite;
  }
}
