/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.ErrorTerms;
import io.quantvec.codec.transform.VectorMath;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How far a score of a vector's copy can be from that of the vector, as {@link ErrorBounds} adds it
 * to what codes lose. With h of {@link io.quantvec.codec.encode.ErrorEncoder},
 *
 * <ul>
 *   <li>floats are the vectors themselves; they are compared by sums of floats
 *   <li>half floats are at a distance of h from the vector: products are off by h |q|, distances by
 *       h; these, too, are compared by sums of floats
 *   <li>8 bit codes of a centroid of their own have h as the e of {@link ErrorBounds}, with 1 for
 *       a; and the query is rounded to whole numbers
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

  /**
   * @param space what the codes mean that bounds are computed from; null for halves
   * @param layout how the copy is laid out; null if it is one of floats
   * @param copySpace what its codes mean; null unless it is one of codes
   */
  static CopyBounds of(
      VectorSimilarityFunction similarity,
      int dimension,
      CodeSpace space,
      CodeLayout layout,
      CodeSpace copySpace) {
    if (layout == null) {
      return new Floats(similarity, dimension);
    }
    return copySpace == null
        ? new Halves(similarity, dimension)
        : new Bytes(similarity, dimension, space, copySpace);
  }

  /**
   * @param length of the query, under cosine of the normalised one
   */
  void setQuery(float[] query, double length) {
    this.queryLength = length;
  }

  /**
   * The most that an inner product of the copy can be off that of the vector.
   *
   * @param length the most that the vector's length can be
   * @param residual the most that its distance from the codes' centroid can be
   * @param copyError h
   */
  abstract double ofProduct(double length, double residual, double copyError);

  /**
   * A bound of the copy's squared distance.
   *
   * @param squared that of the vector's, on the same side
   * @param residual the most that its distance from the codes' centroid can be
   * @param copyError h
   * @param side 1 for the most, -1 for the least
   */
  abstract double distance(double squared, double residual, double copyError, double side);

  /** The score for an inner product or a squared distance, either of which may be infinite. */
  float score(double raw) {
    return Scores.of(similarity, raw);
  }

  /** What compares floats with floats: the share it is off by, and what it is off by in all. */
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

    private final CodeSpace copySpace;
    private final QueryNumbers numbers;

    /** How far the two centroids are from each other. */
    private final double apart;

    private final double centroidLength;

    /** The length of what the codes are compared with. */
    private double queryResidual;

    /** What h counts for in an inner product. */
    private double errorWeight;

    /** What a product is off by, as a share of what the code stands for. */
    private double productError;

    Bytes(
        VectorSimilarityFunction similarity, int dimension, CodeSpace space, CodeSpace copySpace) {
      super(similarity, dimension);
      this.copySpace = copySpace;
      this.numbers = QueryNumbers.of(copySpace, QueryPrecision.RERANK.roundingFor(copySpace));
      this.centroidLength = copySpace.centroidLength();
      float[] centroid = space.calibration().centroid();
      float[] copyCentroid = copySpace.calibration().centroid();
      double squares = 0;
      for (int d = 0; d < dimension; d++) {
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
