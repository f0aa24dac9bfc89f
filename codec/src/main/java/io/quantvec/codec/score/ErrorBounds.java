/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.encode.ErrorTerms;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Bounds of the scores that a finer copy gives, computed from codes alone: from their {@link
 * ErrorTerms} a and e, the estimate is
 *
 * <pre>
 * &lt;x, q&gt;   = a f D + lambda g + &lt;q, c&gt; - lambda &lt;c, c&gt;  +- e max(|q - lambda c|, |lambda c| / w)
 * |x - q|^2 = |q - c|^2 + g - 2 a f D                  +- 2 e max(|q - c|, (sqrt(g) + e) / w)
 * </pre>
 *
 * with the terms of {@link CodeScorer}, and w of {@link ErrorTerms#ADDITIVE_WEIGHT}. To the error
 * come those of the query's own rounding, of the {@link CopyBounds copy}, and of every float that
 * takes part in either score, each at its worst. So the bounds hold for every vector and query, and
 * not just for most of them: what is below a threshold by its upper bound is below it by its finest
 * copy. Where a number is too large for floats, the bound excludes nothing. Not safe for use by
 * many threads.
 */
public final class ErrorBounds {

  /** Far above what the last steps lose, which are in double. */
  static final double DOUBLE_ROUNDING = 1e-12;

  /** What a float is rounded by, twice. */
  private static final double FLOAT_ROUNDING = 0x1p-23;

  /** A unit vector of floats is no longer. */
  private static final double UNIT_LENGTH = 1.0001;

  /** The few roundings between an inner product or a distance and its score. */
  private static final double SCORE_ROUNDING = 0x1p-20;

  private final CodeScorer codes;
  private final CodeSpace space;
  private final VectorSimilarityFunction similarity;
  private final boolean euclidean;
  private final RecordReader errors;
  private final ErrorTerms terms;
  private final CopyBounds copy;

  private final double centroidLength;

  /** The longest reconstruction that there can be. */
  private final double longest;

  /** What comparing half floats is rounded by. */
  private final double halvesRounding;

  private final double halvesUnderflow;

  private double queryLength;
  private double residualLength;
  private double lambda;

  /** What e counts for in an inner product. */
  private double errorWeight;

  private double queryTerm;

  /** What a product with a reconstruction can be off by. */
  private double productError;

  private double[] products = new double[0];
  private double[] factors;
  private double[] additives;
  private final int[] oneOrdinal = new int[1];

  /**
   * @param codes scores the codes, which are not ones that vectors arrived as
   * @param layout how they are laid out
   * @param space what they mean; null for halves
   * @param errors the terms, one vector after the other
   * @param terms how those are laid out; not {@link ErrorTerms#NONE}
   * @param copyLayout how the finer copy is laid out; null if it is one of floats
   * @param copySpace what its codes mean; null unless it is one of codes
   */
  public ErrorBounds(
      CodeScorer codes,
      CodeLayout layout,
      CodeSpace space,
      VectorSimilarityFunction similarity,
      RecordReader errors,
      ErrorTerms terms,
      CodeLayout copyLayout,
      CodeSpace copySpace) {
    this.codes = codes;
    this.space = space;
    this.similarity = similarity;
    this.euclidean = similarity == VectorSimilarityFunction.EUCLIDEAN;
    this.errors = errors;
    this.terms = terms;
    this.centroidLength = space == null ? 0 : space.centroidLength();
    // The rows of a transform are not quite of unit length.
    this.longest = space == null ? 0 : 1.01 * space.longest();
    this.halvesRounding = FloatSums.rounding(layout.dimension());
    this.halvesUnderflow = FloatSums.underflow(layout.dimension());
    this.copy = CopyBounds.of(similarity, layout.dimension(), space, copyLayout, copySpace);
  }

  /**
   * Bounds scores against a vector from here on.
   *
   * @param query of the field's dimension; left as it is
   */
  public void setQuery(float[] query) {
    codes.setQuery(query);
    float[] target =
        similarity == VectorSimilarityFunction.COSINE ? VectorMath.normalized(query) : query;
    queryLength = Math.sqrt(VectorMath.dot(target, target));
    copy.setQuery(query, queryLength);
    if (space != null) {
      TransformedQuery transformed =
          QueryCache.of(space.calibration()).get(space.calibration(), query, similarity);
      residualLength = transformed.length();
      lambda = transformed.lambda();
      queryTerm = transformed.term();
      errorWeight =
          Math.max(residualLength, Math.abs(lambda) * centroidLength / ErrorTerms.ADDITIVE_WEIGHT);
      double rounding = space.calibration().transform().roundingError() + 2 * FLOAT_ROUNDING;
      productError = codes.productError() + residualLength * longest * rounding;
    }
  }

  /** The most that the finest copy's score of one stored vector can be. */
  public float upper(int ordinal) throws IOException {
    oneOrdinal[0] = ordinal;
    read(oneOrdinal, 1);
    return upperOf(0, ordinal);
  }

  /** The least that the finest copy's score of one stored vector can be. */
  public float lower(int ordinal) throws IOException {
    oneOrdinal[0] = ordinal;
    read(oneOrdinal, 1);
    float score = copy.score(raw(0, ordinal, false));
    // Two of the smallest floats make up for scores that are rounded among those.
    return (float) Math.max(0, score * (1 - SCORE_ROUNDING) - 2 * Float.MIN_VALUE);
  }

  /** How far the copy's scores can be from the vector's own, as a share of the query's length. */
  public float copyError(int ordinal) throws IOException {
    return terms.hasCopyError()
        ? CorrectionTerms.shortFactor(
            errors.readShort((long) ordinal * terms.length() + ErrorTerms.COPY_ERROR_OFFSET))
        : 0;
  }

  /**
   * The upper bounds of many stored vectors.
   *
   * @return the largest of them, or negative infinity for none
   */
  public float bulkUpper(int[] ordinals, float[] bounds, int count) throws IOException {
    read(ordinals, count);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      bounds[i] = upperOf(i, ordinals[i]);
      max = Math.max(max, bounds[i]);
    }
    return max;
  }

  private void read(int[] ordinals, int count) throws IOException {
    if (products.length < count) {
      products = new double[count];
      factors = new double[count];
      additives = new double[count];
    }
    codes.bulkParts(ordinals, count, products, factors, additives);
  }

  private float upperOf(int i, int ordinal) throws IOException {
    float score = copy.score(raw(i, ordinal, true));
    return (float) (score * (1 + SCORE_ROUNDING) + 2 * Float.MIN_VALUE);
  }

  /**
   * A bound of what the copy's score is made of: an inner product, or a squared distance.
   *
   * @param nearest whether the bound at the side of high scores is wanted
   * @return infinite if there is none
   */
  private double raw(int i, int ordinal, boolean nearest) throws IOException {
    long offset = (long) ordinal * terms.length();
    short first = errors.readShort(offset);
    double error = CorrectionTerms.shortFactor(errors.readShort(offset + ErrorTerms.ERROR_OFFSET));
    double copyError =
        terms.hasCopyError()
            ? CorrectionTerms.shortFactor(errors.readShort(offset + ErrorTerms.COPY_ERROR_OFFSET))
            : 0;
    double side = nearest == euclidean ? -1 : 1;
    double bound;
    if (space == null) {
      bound = rawOfHalves(products[i], CorrectionTerms.shortFactor(first), error, side);
    } else {
      double aligned = ErrorTerms.alignment(first) * factors[i];
      bound = rawOfCodes(aligned, products[i], additives[i], error, copyError, side);
    }
    return Double.isNaN(bound) ? side * Double.POSITIVE_INFINITY : bound;
  }

  private double rawOfHalves(double compared, double length, double error, double side) {
    if (euclidean) {
      double own = compared + side * (2 * halvesRounding * compared + halvesUnderflow);
      return copy.distance(moved(own, side * error), 0, 0, side);
    }
    double rounding = halvesRounding * (length + error) * queryLength + halvesUnderflow;
    double off = error * queryLength + rounding + copy.ofProduct(length, 0, 0);
    return compared + side * off;
  }

  private double rawOfCodes(
      double aligned,
      double product,
      double additive,
      double error,
      double copyError,
      double side) {
    double estimate = aligned * product;
    // Codes lose the same whether the query is far or near: this is Cauchy's inequality.
    double off = aligned * productError;
    if (euclidean) {
      double residual = Math.sqrt(additive) + error;
      off += error * Math.max(residualLength, residual / ErrorTerms.ADDITIVE_WEIGHT);
      off += DOUBLE_ROUNDING * (queryTerm + additive + Math.abs(estimate));
      double squared = queryTerm + additive - 2 * estimate + side * 2 * off;
      return copy.distance(squared, residual, copyError, side);
    }
    off += error * errorWeight;
    double residual = aligned * longest + error;
    double length =
        similarity == VectorSimilarityFunction.COSINE ? UNIT_LENGTH : centroidLength + residual;
    off += DOUBLE_ROUNDING * (queryLength + Math.abs(lambda) * centroidLength) * length;
    off += copy.ofProduct(length, residual, copyError);
    return queryTerm + lambda * additive + estimate + side * off;
  }

  /** A squared distance to what lies so far beyond what one was measured to. */
  static double moved(double squared, double by) {
    double distance = Math.max(0, Math.sqrt(Math.max(0, squared)) + by);
    return distance * distance * (1 + Math.signum(by) * DOUBLE_ROUNDING);
  }
}
