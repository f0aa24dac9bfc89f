/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeDecoder;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Scores codes of residuals. With the terms rescale (f) and additive (g) of {@link
 * io.quantvec.codec.encode.CorrectionTerms}, the centroid c, the query's weight lambda of {@link
 * TransformedQuery}, and the inner product D of the query's residual with a code's reconstruction,
 * the scores are made of
 *
 * <pre>
 * &lt;x, q&gt;   ~ f D + lambda g + &lt;q, c&gt; - lambda &lt;c, c&gt;
 * |x - q|^2 ~ |q - c|^2 + g - 2 f D
 * </pre>
 *
 * Kernels compute D with integers, see {@link QueryNumbers}.
 */
final class ResidualCodeScorer extends CodeScorer {

  private final CalibratedSpace space;
  private final QueryRounding rounding;
  private final QueryCache cache;
  private final TermReader terms;
  private final double centroidSquares;
  private final KernelBuffers buffers = new KernelBuffers();

  /** The query; null until one is set. A query that is a vector is shared with other scorers. */
  private QueryNumbers numbers;

  /** The weight of additive. */
  private double lambda = 1;

  /** The part of a score that does not depend on the code. */
  private double queryTerm;

  /** Made for the first query that is a code, which most scorers never have; null until then. */
  private CodeQuery codeQuery;

  ResidualCodeScorer(
      CalibratedSpace space,
      VectorSimilarityFunction similarity,
      RecordReader records,
      int recordLength,
      QueryRounding rounding) {
    super(space, similarity, records, recordLength);
    this.space = space;
    this.rounding = rounding;
    this.cache = QueryCache.of(space.calibration());
    this.terms = new TermReader(space, records);
    this.centroidSquares = VectorMath.dot(space.centroid(), space.centroid());
  }

  /** A query that is another code, of this scorer alone. */
  private static final class CodeQuery {

    private final CodeDecoder decoder;
    private final float[] direction;
    private final QueryNumbers numbers;

    CodeQuery(CalibratedSpace space, QueryRounding rounding) {
      this.decoder = space.newDecoder();
      this.direction = new float[space.dimension()];
      this.numbers = QueryNumbers.of(space, rounding);
    }

    void set(byte[] record) {
      float rescale = decoder.rescale(record);
      if (!numbers.setCode(record, rescale)) {
        decoder.decodeDirection(record, direction);
        numbers.set(direction, rescale);
      }
    }
  }

  @Override
  public void setQuery(float[] query) {
    TransformedQuery transformed = cache.get(space.calibration(), query, similarity);
    numbers = transformed.numbers(space, rounding);
    lambda = transformed.lambda();
    queryTerm = transformed.term();
  }

  @Override
  public void setQueryRecord(byte[] record) {
    if (codeQuery == null) {
      codeQuery = new CodeQuery(space, rounding);
    }
    codeQuery.set(record);
    numbers = codeQuery.numbers;
    lambda = 1;
    float additive = codeQuery.decoder.additive(record);
    queryTerm =
        similarity == VectorSimilarityFunction.EUCLIDEAN ? additive : additive - centroidSquares;
  }

  @Override
  public float score(int ordinal) throws IOException {
    long offset = offset(ordinal);
    return Scores.of(similarity, raw(offset, numbers.product(records, offset)));
  }

  /**
   * The inner product or squared distance that {@link Scores} makes a score of.
   *
   * @param product the inner product D of the query and the code's reconstruction
   */
  double raw(long offset, double product) throws IOException {
    terms.read(offset);
    double estimate = terms.rescale() * product;
    return similarity == VectorSimilarityFunction.EUCLIDEAN
        ? queryTerm + terms.additive() - 2 * estimate
        : queryTerm + lambda * terms.additive() + estimate;
  }

  @Override
  public float bulkScore(int[] ordinals, float[] scores, int count) throws IOException {
    double[] products = numbers.products(records, recordLength, ordinals, count, buffers);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      scores[i] = Scores.of(similarity, raw(offset(ordinals[i]), products[i]));
      max = Math.max(max, scores[i]);
    }
    return max;
  }

  /**
   * The parts that the scores of many stored vectors are made of.
   *
   * @param products receive the inner products D
   * @param rescales receive the rescale terms
   * @param additives receive the additive terms
   */
  void bulkParts(
      int[] ordinals, int count, double[] products, double[] rescales, double[] additives)
      throws IOException {
    System.arraycopy(
        numbers.products(records, recordLength, ordinals, count, buffers), 0, products, 0, count);
    for (int i = 0; i < count; i++) {
      terms.read(offset(ordinals[i]));
      rescales[i] = terms.rescale();
      additives[i] = terms.additive();
    }
  }

  /** The most that D can be off for any code, see {@link QueryNumbers#error}. */
  double productError() {
    return numbers.error();
  }

  @Override
  public Optional<CodeFilter> filter() {
    return numbers.scanFilter().map(filter -> new CodeFilter(this, filter, queryTerm, lambda));
  }

  TermReader terms() {
    return terms;
  }

  @Override
  public boolean isFinite(int ordinal) throws IOException {
    return terms.isFinite(offset(ordinal));
  }
}
