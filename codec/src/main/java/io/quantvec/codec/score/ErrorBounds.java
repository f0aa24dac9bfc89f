/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CorrectionTerms;
import io.quantvec.codec.encode.ErrorTerms;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.encode.HalfFloatSpace;
import io.quantvec.codec.simd.RecordReader;
import io.quantvec.codec.transform.VectorMath;
import java.io.IOException;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Bounds the scores of the rerank copy by codes alone. With the {@link ErrorTerms} alignment (a)
 * and code error (e), the terms and names of {@link ResidualCodeScorer}, and the weight w of {@link
 * ErrorTerms#ADDITIVE_WEIGHT},
 *
 * <pre>
 * &lt;x, q&gt;   = a f D + lambda g + &lt;q, c&gt; - lambda &lt;c, c&gt;  +- e max(|q - lambda c|, |lambda c| / w)
 * |x - q|^2 = |q - c|^2 + g - 2 a f D                  +- 2 e max(|q - c|, (sqrt(g) + e) / w)
 * </pre>
 *
 * To this error come the errors of the query's own rounding, of the {@link CopyBounds copy}, and of
 * every float in either score, each at its worst. So the bounds hold for every vector and query: a
 * vector whose upper bound is below a threshold is below the threshold by its rerank copy. Where a
 * number is too large for floats, the bound is infinite. Not safe for use by many threads.
 */
public abstract sealed class ErrorBounds {

  /** Far above what the last steps lose, which are in double precision. */
  static final double DOUBLE_ROUNDING = 1e-12;

  /** Twice the rounding of a float. */
  private static final double FLOAT_ROUNDING = 0x1p-23;

  /** At least the length of a unit vector of floats. */
  private static final double UNIT_LENGTH = 1.0001;

  /** The few roundings between an inner product or a distance and its score. */
  private static final double SCORE_ROUNDING = 0x1p-20;

  final VectorSimilarityFunction similarity;
  final boolean euclidean;
  final CopyBounds copy;

  private final RecordReader errors;
  private final ErrorTerms terms;
  private final int[] oneOrdinal = new int[1];

  private double queryLength;

  private ErrorBounds(FieldCoding coding, RecordReader errors, CopyBounds copy) {
    this.similarity = coding.similarity();
    this.euclidean = similarity == VectorSimilarityFunction.EUCLIDEAN;
    this.errors = errors;
    this.terms = coding.copy().errorTerms();
    this.copy = copy;
  }

  /**
   * New bounds, for one thread.
   *
   * @param coding with a rerank copy; codes are no input codes
   * @param codes the records of the codes
   * @param errors the error terms, one vector after the other
   * @param rounding of queries against codes, see {@link QueryPrecision#BOUNDS}
   */
  public static ErrorBounds of(
      FieldCoding coding, RecordReader codes, RecordReader errors, QueryRounding rounding) {
    CopyBounds copy = CopyBounds.of(coding);
    return switch (coding.space()) {
      case HalfFloatSpace halves -> new OfHalfFloats(halves, codes, coding, errors, copy);
      case CalibratedSpace calibrated ->
          new OfCodes(calibrated, codes, rounding, coding, errors, copy);
    };
  }

  /**
   * Sets the query.
   *
   * @param query of the field's dimension; left as it is
   */
  public void setQuery(float[] query) {
    float[] target =
        similarity == VectorSimilarityFunction.COSINE ? VectorMath.normalized(query) : query;
    queryLength = Math.sqrt(VectorMath.dot(target, target));
    copy.setQuery(query, queryLength);
  }

  final double queryLength() {
    return queryLength;
  }

  /** The most that the copy's score of one stored vector can be. */
  public final float upper(int ordinal) throws IOException {
    readOne(ordinal);
    return upperOf(0, ordinal);
  }

  /** The least that the copy's score of one stored vector can be. */
  public final float lower(int ordinal) throws IOException {
    readOne(ordinal);
    float score = copy.score(bound(0, ordinal, false));
    // Twice the smallest float covers scores that are rounded near the smallest floats.
    return (float) Math.max(0, score * (1 - SCORE_ROUNDING) - 2 * Float.MIN_VALUE);
  }

  /** How far the copy's scores can be from the vector's own, as a share of the query's length. */
  public final float copyError(int ordinal) throws IOException {
    return terms.hasCopyError()
        ? CorrectionTerms.shortFloat(
            errors.readShort((long) ordinal * terms.length() + ErrorTerms.COPY_ERROR_OFFSET))
        : 0;
  }

  /**
   * The upper bounds of many stored vectors.
   *
   * @return the largest bound, or negative infinity for none
   */
  public final float bulkUpper(int[] ordinals, float[] bounds, int count) throws IOException {
    read(ordinals, count);
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      bounds[i] = upperOf(i, ordinals[i]);
      max = Math.max(max, bounds[i]);
    }
    return max;
  }

  private void readOne(int ordinal) throws IOException {
    oneOrdinal[0] = ordinal;
    read(oneOrdinal, 1);
  }

  private float upperOf(int i, int ordinal) throws IOException {
    float score = copy.score(bound(i, ordinal, true));
    return (float) (score * (1 + SCORE_ROUNDING) + 2 * Float.MIN_VALUE);
  }

  /**
   * A bound of the inner product or the squared distance that the copy's score is made of.
   *
   * @param nearest whether to bound on the side of high scores
   * @return infinite if there is no bound
   */
  private double bound(int i, int ordinal, boolean nearest) throws IOException {
    long offset = (long) ordinal * terms.length();
    short first = errors.readShort(offset);
    double codeError =
        CorrectionTerms.shortFloat(errors.readShort(offset + ErrorTerms.CODE_ERROR_OFFSET));
    double side = nearest == euclidean ? -1 : 1;
    double bound = raw(i, first, codeError, copyError(ordinal), side);
    return Double.isNaN(bound) ? side * Double.POSITIVE_INFINITY : bound;
  }

  /** Reads the codes of some vectors. */
  abstract void read(int[] ordinals, int count) throws IOException;

  /**
   * @param i place among the codes that were read
   * @param first the first error term: an alignment or a length
   * @param side 1 for the most, -1 for the least
   * @return NaN if there is no bound
   */
  abstract double raw(int i, short first, double codeError, double copyError, double side);

  /** A squared distance to what is so far beyond what a squared distance was measured to. */
  static double moved(double squared, double by) {
    double distance = Math.max(0, Math.sqrt(Math.max(0, squared)) + by);
    return distance * distance * (1 + Math.signum(by) * DOUBLE_ROUNDING);
  }

  /** By half floats. */
  private static final class OfHalfFloats extends ErrorBounds {

    private final HalfFloatScorer codes;

    /** The rounding of a comparison of floats. */
    private final double rounding;

    private final double underflow;

    /** The squared distances or inner products of the codes that were read. */
    private double[] compared = new double[0];

    OfHalfFloats(
        HalfFloatSpace space,
        RecordReader codes,
        FieldCoding coding,
        RecordReader errors,
        CopyBounds copy) {
      super(coding, errors, copy);
      this.codes = new HalfFloatScorer(space, similarity, codes, space.layout().recordLength());
      this.rounding = FloatSums.rounding(space.dimension());
      this.underflow = FloatSums.underflow(space.dimension());
    }

    @Override
    public void setQuery(float[] query) {
      super.setQuery(query);
      codes.setQuery(query);
    }

    @Override
    void read(int[] ordinals, int count) throws IOException {
      if (compared.length < count) {
        compared = new double[count];
      }
      codes.bulkCompare(ordinals, count, compared);
    }

    @Override
    double raw(int i, short first, double codeError, double copyError, double side) {
      double raw = compared[i];
      if (euclidean) {
        double own = raw + side * (2 * rounding * raw + underflow);
        return copy.distance(moved(own, side * codeError), 0, 0, side);
      }
      double length = CorrectionTerms.shortFloat(first);
      double ofSums = rounding * (length + codeError) * queryLength() + underflow;
      double off = codeError * queryLength() + ofSums + copy.ofProduct(length, 0, 0);
      return raw + side * off;
    }
  }

  /** By codes of residuals. */
  private static final class OfCodes extends ErrorBounds {

    private final ResidualCodeScorer codes;
    private final CalibratedSpace space;
    private final QueryCache queries;
    private final double centroidLength;

    /** The length of the longest possible reconstruction. */
    private final double longest;

    private double residualLength;
    private double lambda;

    /** The weight of the code error in an inner product. */
    private double errorWeight;

    private double queryTerm;

    /** The error of a product with a reconstruction. */
    private double productError;

    /** The parts of the scores of the codes that were read. */
    private double[] products = new double[0];

    private double[] rescales;
    private double[] additives;

    OfCodes(
        CalibratedSpace space,
        RecordReader codes,
        QueryRounding rounding,
        FieldCoding coding,
        RecordReader errors,
        CopyBounds copy) {
      super(coding, errors, copy);
      this.codes =
          new ResidualCodeScorer(space, similarity, codes, space.layout().recordLength(), rounding);
      this.space = space;
      this.queries = QueryCache.of(space.calibration());
      this.centroidLength = space.centroidLength();
      // The rows of a transform are of unit length within this.
      this.longest = 1.01 * space.longest();
    }

    @Override
    public void setQuery(float[] query) {
      super.setQuery(query);
      codes.setQuery(query);
      TransformedQuery transformed = queries.get(space.calibration(), query, similarity);
      residualLength = transformed.length();
      lambda = transformed.lambda();
      queryTerm = transformed.term();
      errorWeight =
          Math.max(residualLength, Math.abs(lambda) * centroidLength / ErrorTerms.ADDITIVE_WEIGHT);
      double rounding = space.calibration().transform().roundingError() + 2 * FLOAT_ROUNDING;
      productError = codes.productError() + residualLength * longest * rounding;
    }

    @Override
    void read(int[] ordinals, int count) throws IOException {
      if (products.length < count) {
        products = new double[count];
        rescales = new double[count];
        additives = new double[count];
      }
      codes.bulkParts(ordinals, count, products, rescales, additives);
    }

    @Override
    double raw(int i, short first, double codeError, double copyError, double side) {
      double aligned = ErrorTerms.alignment(first) * rescales[i];
      double additive = additives[i];
      double estimate = aligned * products[i];
      double off = aligned * productError;
      // The error of a code is the same for near and far queries: this is Cauchy's inequality.
      if (euclidean) {
        double residual = Math.sqrt(additive) + codeError;
        off += codeError * Math.max(residualLength, residual / ErrorTerms.ADDITIVE_WEIGHT);
        off += DOUBLE_ROUNDING * (queryTerm + additive + Math.abs(estimate));
        double squared = queryTerm + additive - 2 * estimate + side * 2 * off;
        return copy.distance(squared, residual, copyError, side);
      }
      off += codeError * errorWeight;
      double residual = aligned * longest + codeError;
      double length =
          similarity == VectorSimilarityFunction.COSINE ? UNIT_LENGTH : centroidLength + residual;
      off += DOUBLE_ROUNDING * (queryLength() + Math.abs(lambda) * centroidLength) * length;
      off += copy.ofProduct(length, residual, copyError);
      return queryTerm + lambda * additive + estimate + side * off;
    }
  }
}
