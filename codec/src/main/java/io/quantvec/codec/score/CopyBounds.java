/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.ErrorTerms;
import io.quantvec.codec.encode.FieldCoding;
import io.quantvec.codec.encode.HalfFloatSpace;
import io.quantvec.codec.transform.VectorMath;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How far a score of a vector's rerank copy can be from the score of the vector. {@link
 * ErrorBounds} adds this to the error of codes. With the copy error of {@link
 * io.quantvec.codec.encode.ErrorEncoder},
 *
 * <ul>
 *   <li>floats are the vectors themselves; they are compared by sums of floats
 *   <li>half floats are at most the copy error from the vector: distances are off by the copy
 *       error, inner products by the copy error times the query's length; these are compared by
 *       sums of floats as well
 *   <li>codes of 8 bits have a centroid of their own; their copy error counts as the code error of
 *       {@link ErrorBounds} does, with an alignment of 1; and the query is rounded to integers
 * </ul>
 */
abstract class CopyBounds {

  /** Lucene's cosine has three sums, and tiny squares are rounded as much once more. */
  private static final int SUMS_OF_COSINE = 5;

  final VectorSimilarityFunction similarity;
  final double rounding;
  final double underflow;

  double queryLength;

  private CopyBounds(VectorSimilarityFunction similarity, int dimension) {
    this.similarity = similarity;
    this.rounding = FloatSums.rounding(dimension);
    this.underflow = FloatSums.underflow(dimension);
  }

  /** The bounds of a field's copy. */
  static CopyBounds of(FieldCoding coding) {
    VectorSimilarityFunction similarity = coding.similarity();
    int dimension = coding.copy().dimension();
    if (coding.copySpace().isEmpty()) {
      return new Floats(similarity, dimension);
    }
    return switch (coding.copySpace().get()) {
      case HalfFloatSpace halves -> new Halves(similarity, dimension);
      case CalibratedSpace bytes -> new Bytes(similarity, coding.space().centroid(), bytes);
    };
  }

  /**
   * @param length of the query, under cosine of the normalized query
   */
  void setQuery(float[] query, double length) {
    this.queryLength = length;
  }

  /**
   * The most that an inner product of the copy can differ from that of the vector.
   *
   * @param length the most that the vector's length can be
   * @param residual the most that the vector's distance from the codes' centroid can be
   */
  abstract double ofProduct(double length, double residual, double copyError);

  /**
   * A bound of the copy's squared distance.
   *
   * @param squared a bound of the vector's squared distance, on the same side
   * @param residual the most that the vector's distance from the codes' centroid can be
   * @param side 1 for the most, -1 for the least
   */
  abstract double distance(double squared, double residual, double copyError, double side);

  /** The score for an inner product or a squared distance, either of which may be infinite. */
  float score(double raw) {
    return Scores.of(similarity, raw);
  }

  /** A bound of a squared distance that is computed by a sum of floats. */
  final double compared(double squared, double side) {
    double bound = squared * (1 + side * rounding) + side * underflow;
    return side > 0 && bound >= Float.MAX_VALUE ? Double.POSITIVE_INFINITY : Math.max(0, bound);
  }

  private static final class Floats extends CopyBounds {

    private boolean compares;

    Floats(VectorSimilarityFunction similarity, int dimension) {
      super(similarity, dimension);
    }

    @Override
    void setQuery(float[] query, double length) {
      super.setQuery(query, length);
      double squares = VectorMath.dot(query, query);
      // Lucene's cosine adds up squares in floats.
      compares =
          similarity != VectorSimilarityFunction.COSINE
              || squares >= Float.MIN_NORMAL && squares <= Float.MAX_VALUE / 2;
    }

    @Override
    double ofProduct(double length, double residual, double copyError) {
      if (!compares || length * queryLength >= Float.MAX_VALUE / 2) {
        return Double.POSITIVE_INFINITY;
      }
      // Under cosine the vector itself is compared, from which the unit vector of floats differs.
      return similarity == VectorSimilarityFunction.COSINE
          ? SUMS_OF_COSINE * rounding
          : rounding * length * queryLength + underflow;
    }

    @Override
    double distance(double squared, double residual, double copyError, double side) {
      return compared(squared, side);
    }

    /** As Lucene does: a cosine a little above 1 is not cut off, nor is what is too large. */
    @Override
    float score(double raw) {
      if (raw == Double.POSITIVE_INFINITY && similarity != VectorSimilarityFunction.EUCLIDEAN) {
        return Float.POSITIVE_INFINITY;
      }
      return Scores.of(
          similarity == VectorSimilarityFunction.COSINE
              ? VectorSimilarityFunction.DOT_PRODUCT
              : similarity,
          raw);
    }
  }

  private static final class Halves extends CopyBounds {

    Halves(VectorSimilarityFunction similarity, int dimension) {
      super(similarity, dimension);
    }

    @Override
    double ofProduct(double length, double residual, double copyError) {
      double copied = length + copyError;
      return copied * queryLength >= Float.MAX_VALUE / 2
          ? Double.POSITIVE_INFINITY
          : copyError * queryLength + rounding * copied * queryLength + underflow;
    }

    @Override
    double distance(double squared, double residual, double copyError, double side) {
      return compared(ErrorBounds.moved(squared, side * copyError), side);
    }
  }

  private static final class Bytes extends CopyBounds {

    private final CalibratedSpace copySpace;
    private final QueryNumbers numbers;

    /** The distance of the two centroids. */
    private final double apart;

    private final double centroidLength;

    /** The length of the query's residual. */
    private double queryResidual;

    /** The weight of the copy error in an inner product. */
    private double errorWeight;

    /** The error of a product, as a share of the length of the code's reconstruction. */
    private double productError;

    Bytes(VectorSimilarityFunction similarity, float[] centroid, CalibratedSpace copySpace) {
      super(similarity, centroid.length);
      this.copySpace = copySpace;
      this.numbers = QueryNumbers.of(copySpace, QueryPrecision.RERANK.roundingFor(copySpace));
      this.centroidLength = copySpace.centroidLength();
      float[] copyCentroid = copySpace.centroid();
      double squares = 0;
      for (int d = 0; d < centroid.length; d++) {
        double difference = (double) centroid[d] - copyCentroid[d];
        squares += difference * difference;
      }
      this.apart = Math.sqrt(squares);
    }

    @Override
    void setQuery(float[] query, double length) {
      super.setQuery(query, length);
      TransformedQuery transformed =
          QueryCache.of(copySpace.calibration()).get(copySpace.calibration(), query, similarity);
      numbers.set(transformed.direction(), transformed.length());
      queryResidual = transformed.length();
      errorWeight =
          Math.max(
              queryResidual,
              Math.abs(transformed.lambda()) * centroidLength / ErrorTerms.ADDITIVE_WEIGHT);
      // The numbers are summed up as floats, as many as two registers more than there are.
      double rounded = numbers.distance();
      double sums = FloatSums.rounding(numbers.numbers.length + 64) + 0x1p-22;
      productError = rounded + (queryResidual + rounded) * sums;
    }

    @Override
    double ofProduct(double length, double residual, double copyError) {
      double code = residual + apart + copyError;
      return copyError * errorWeight
          + productError * code
          + ErrorBounds.DOUBLE_ROUNDING
              * (queryLength + queryResidual)
              * (length + code + centroidLength);
    }

    @Override
    double distance(double squared, double residual, double copyError, double side) {
      double code = residual + apart + copyError;
      double off = copyError * Math.max(queryResidual, code / ErrorTerms.ADDITIVE_WEIGHT);
      off += productError * code;
      off += ErrorBounds.DOUBLE_ROUNDING * (queryResidual * queryResidual + code * code);
      return squared + side * 2 * off;
    }
  }
}
