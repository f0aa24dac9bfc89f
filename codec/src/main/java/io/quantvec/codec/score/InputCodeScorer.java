/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Scores vectors that arrived as codes, x = c + step u with the code u and the centroid c. A query
 * of whole codes is not rounded, so that its scores are exact. Under cosine such vectors are not of
 * unit length: rescale is one over the length, and with the query q of unit length, &lt;x, q&gt; /
 * |x| = rescale (&lt;step u, q&gt; + &lt;c, q&gt;).
 */
final class InputCodeScorer extends CodeScorer {

  private final CalibratedSpace space;
  private final CodeDecoder decoder;
  private final QueryNumbers numbers;
  private final TermReader terms;
  private final boolean preciseAdditive;
  private final double centroidSquares;
  private final KernelBuffers buffers = new KernelBuffers();
  private final float[] vector;
  private final float[] residual;

  /** The part of a score that does not depend on the code. */
  private double queryTerm;

  /** The part that is rescaled with the inner product. */
  private double rescaledTerm;

  InputCodeScorer(
      CalibratedSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      int recordLength,
      QueryRounding rounding) {
    super(space, similarity, records, recordLength);
    this.space = space;
    this.decoder = space.newDecoder();
    this.numbers = QueryNumbers.of(space, rounding);
    this.terms = new TermReader(space, records);
    this.preciseAdditive = space.layout().terms() == CorrectionTerms.PRECISE_ADDITIVE;
    this.centroidSquares = VectorMath.dot(space.centroid(), space.centroid());
    this.vector = new float[space.layout().dimension()];
    this.residual = new float[space.layout().dimension()];
  }

  @Override
  public void setQuery(float[] query) {
    float[] centroid = space.centroid();
    if (similarity == VectorSimilarityFunction.COSINE) {
      double length = VectorMath.length(query);
      double inverse = length == 0 ? 0 : 1 / length;
      setNumbers(query, inverse);
      rescaledTerm = VectorMath.dot(query, centroid) * inverse;
      queryTerm = 0;
      return;
    }
    double squares = 0;
    for (int d = 0; d < residual.length; d++) {
      double value = (double) query[d] - centroid[d];
      residual[d] = (float) value;
      squares += value * value;
    }
    setNumbers(residual, 1);
    queryTerm =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? squares
            : VectorMath.dot(query, centroid) - centroidSquares;
  }

  private void setNumbers(float[] components, double factor) {
    if (!numbers.setWhole(components, factor)) {
      numbers.set(components, factor);
    }
  }

  @Override
  public void setQueryRecord(byte[] record) {
    decoder.decode(record, vector);
    setQuery(vector);
  }

  @Override
  public float score(int ordinal) throws IOException {
    long offset = offset(ordinal);
    return score(offset, numbers.product(records, offset));
  }

  /**
   * @param product the inner product of the query and the code's reconstruction
   */
  private float score(long offset, double product) throws IOException {
    terms.read(offset);
    double rescale = terms.rescale();
    double additive = terms.additive();
    if (preciseAdditive) {
      additive += rescale;
      rescale = 1;
    }
    double estimate = rescale * (product + rescaledTerm);
    double raw =
        similarity == VectorSimilarityFunction.EUCLIDEAN
            ? queryTerm + additive - 2 * estimate
            : queryTerm + additive + estimate;
    return Scores.of(similarity, raw);
  }

  @Override
  public float bulkScore(int[] ordinals, float[] scores, int count) throws IOException {
    double[] products = numbers.products(records, recordLength, ordinals, count, buffers);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      scores[i] = score(offset(ordinals[i]), products[i]);
      max = Math.max(max, scores[i]);
    }
    return max;
  }

  @Override
  public boolean isFinite(int ordinal) throws IOException {
    return terms.isFinite(offset(ordinal));
  }
}
