/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.transform.VectorMath;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Measures the errors of codes and copies: the terms that bound how far a code's score can be from
 * the score of the rerank copy. Not safe for use by many threads.
 *
 * <p>For a vector x with the centroid c, let z be the rescaled reconstruction of its residual x -
 * c. The terms are
 *
 * <ul>
 *   <li>alignment (a) = &lt;x - c, z&gt; / &lt;z, z&gt;, so that a z is the projection of the
 *       residual on the line of its reconstruction. (The record's rescale ranks best, but estimates
 *       worse.)
 *   <li>code error (e), at least |x - c - a z|. A score by the code lacks the inner product of the
 *       query's residual q - c with x - c - a z, which is at most e |q - c|. This holds for every
 *       transform, orthogonal or not, and includes all directions without bits, because z is in the
 *       space of vectors.
 *   <li>copy error (h) of a copy that is not exact, at least the distance of the copy's
 *       reconstruction from x.
 * </ul>
 *
 * <p>Scores of codes contain their additive term, which is rounded. A merge that encodes what the
 * copy gives, or copies what the codes give, may also keep an additive term of a slightly different
 * vector. Seen from the centroid, such a term moves the vector by m = |additive - &lt;x, c&gt;| /
 * |c|, or for Euclidean distances by m = |sqrt(additive) - |x - c||. Code error and copy error
 * include w m, with the weight w of {@link ErrorTerms#ADDITIVE_WEIGHT}. A bound is the error times
 * |q - c|, but no less than 1/w of the error times what m counts for in the score. As m is small,
 * the weight hardly ever makes a bound wider.
 *
 * <p>Half floats have no alignment, and their code error is their distance from x. All terms are
 * measured against the stored values of rescale, additive and alignment, so that they hold for
 * these after rounding, and include the transform's rounding.
 */
public abstract sealed class ErrorEncoder {

  /** Far above what sums of doubles lose. */
  private static final double DOUBLE_MARGIN = 1 + 1e-10;

  /** Twice what a product of two floats is rounded by. */
  private static final double FLOAT_ROUNDING = 0x1p-23;

  private ErrorEncoder() {}

  static ErrorEncoder of(FieldCoding coding) {
    ErrorTerms terms = coding.copy().errorTerms();
    if (terms.length() == 0) {
      return new None();
    }
    return switch (coding.space()) {
      case HalfFloatSpace halves -> new OfHalfFloats(terms, halves.dimension());
      case CalibratedSpace codes ->
          new OfCodes(terms, coding.similarity(), codes, CopyError.of(coding));
    };
  }

  /** Measures one vector, see {@link #encodeAll}. */
  public final void encode(float[] vector, byte[] code, byte[] copy, byte[] errors) {
    encodeAll(
        new float[][] {vector}, new byte[][] {code}, new byte[][] {copy}, new byte[][] {errors}, 1);
  }

  /**
   * Measures many vectors: some dozens share what the transform reads of its matrix.
   *
   * @param vectors as {@link VectorEncoder#encodeAll} takes them: the vectors whose scores are
   *     bounded, which need not be those that codes or copies were made of
   * @param codes their codes with terms
   * @param copies records that start with their copies
   * @param errors receive {@link ErrorTerms#length} bytes each
   * @param count how many
   */
  public abstract void encodeAll(
      float[][] vectors, byte[][] codes, byte[][] copies, byte[][] errors, int count);

  /** Without a rerank copy. */
  private static final class None extends ErrorEncoder {

    @Override
    public void encodeAll(
        float[][] vectors, byte[][] codes, byte[][] copies, byte[][] errors, int count) {
      // There are no terms.
    }
  }

  /** Of half floats, beside which only an exact copy is stored. */
  private static final class OfHalfFloats extends ErrorEncoder {

    private final ErrorTerms terms;
    private final float[] decoded;

    OfHalfFloats(ErrorTerms terms, int dimension) {
      this.terms = terms;
      this.decoded = new float[dimension];
    }

    @Override
    public void encodeAll(
        float[][] vectors, byte[][] codes, byte[][] copies, byte[][] errors, int count) {
      for (int i = 0; i < count; i++) {
        HalfFloats.decode(codes[i], decoded);
        double codeError = distance(vectors[i], decoded) * DOUBLE_MARGIN;
        terms.writeOfHalves(errors[i], VectorMath.length(vectors[i]) * DOUBLE_MARGIN, codeError);
      }
    }
  }

  /** Of residual codes. */
  private static final class OfCodes extends ErrorEncoder {

    private final ErrorTerms terms;
    private final VectorSimilarityFunction similarity;
    private final CalibratedSpace space;
    private final CodeDecoder decoder;
    private final CopyError copyError;

    /** The reconstructions of vectors that are measured together, as directions and as vectors. */
    private float[][] directions = new float[0][];

    private float[][] images;

    OfCodes(
        ErrorTerms terms,
        VectorSimilarityFunction similarity,
        CalibratedSpace space,
        CopyError copyError) {
      this.terms = terms;
      this.similarity = similarity;
      this.space = space;
      this.decoder = space.newDecoder();
      this.copyError = copyError;
    }

    @Override
    public void encodeAll(
        float[][] vectors, byte[][] codes, byte[][] copies, byte[][] errors, int count) {
      reserve(count);
      for (int i = 0; i < count; i++) {
        decoder.decodeDirection(codes[i], directions[i]);
      }
      space.calibration().transform().applyTransposedAll(directions, images, count);
      for (int i = 0; i < count; i++) {
        double ofCopy = copyError.of(vectors[i], copies[i]);
        encode(vectors[i], codes[i], directions[i], images[i], ofCopy, errors[i]);
      }
    }

    private void reserve(int count) {
      if (directions.length < count) {
        directions = new float[count][space.dimension()];
        images = new float[count][space.calibration().dimension()];
      }
    }

    /**
     * @param direction the code's reconstruction in the space of codes
     * @param image the same in the space of vectors
     */
    private void encode(
        float[] vector,
        byte[] code,
        float[] direction,
        float[] image,
        double copyError,
        byte[] record) {
      Calibration calibration = space.calibration();
      float[] centroid = calibration.centroid();
      double product = 0;
      double squares = 0;
      for (int d = 0; d < vector.length; d++) {
        product += ((double) vector[d] - centroid[d]) * image[d];
        squares += (double) image[d] * image[d];
      }
      double rescale = decoder.rescale(code);
      double alignment =
          rescale == 0 || squares == 0 ? 1 : ErrorTerms.stored(product / (rescale * squares));
      double aligned = alignment * rescale;
      double error = 0;
      for (int d = 0; d < vector.length; d++) {
        double difference = (double) vector[d] - centroid[d] - aligned * image[d];
        error += difference * difference;
      }
      double rounding = calibration.transform().roundingError() + FLOAT_ROUNDING;
      double missed = Math.sqrt(error) + aligned * VectorMath.length(direction) * rounding;
      double codeError = missed + additiveError(vector, space, similarity, decoder.additive(code));
      terms.write(record, alignment, codeError * DOUBLE_MARGIN, copyError);
    }
  }

  /** The error of a vector's copy. */
  private interface CopyError {

    /**
     * @param copy a record that starts with the copy
     */
    double of(float[] vector, byte[] copy);

    static CopyError of(FieldCoding coding) {
      if (coding.copySpace().isEmpty()) {
        return (vector, copy) -> 0;
      }
      return switch (coding.copySpace().get()) {
        case HalfFloatSpace halves -> new HalfFloatCopyError(new float[halves.dimension()]);
        case CalibratedSpace codes -> new CodeCopyError(coding.similarity(), codes);
      };
    }
  }

  private record HalfFloatCopyError(float[] decoded) implements CopyError {

    @Override
    public double of(float[] vector, byte[] copy) {
      HalfFloats.decode(copy, decoded);
      return distance(vector, decoded) * DOUBLE_MARGIN;
    }
  }

  private static final class CodeCopyError implements CopyError {

    private final VectorSimilarityFunction similarity;
    private final CalibratedSpace space;
    private final CodeDecoder decoder;
    private final float[] direction;

    CodeCopyError(VectorSimilarityFunction similarity, CalibratedSpace space) {
      this.similarity = similarity;
      this.space = space;
      this.decoder = space.newDecoder();
      this.direction = new float[space.dimension()];
    }

    @Override
    public double of(float[] vector, byte[] copy) {
      decoder.decodeDirection(copy, direction);
      float[] centroid = space.centroid();
      double rescale = decoder.rescale(copy);
      double missed = 0;
      for (int d = 0; d < vector.length; d++) {
        double difference = (double) vector[d] - centroid[d] - rescale * direction[d];
        missed += difference * difference;
      }
      double rounding = rescale * VectorMath.length(direction) * FLOAT_ROUNDING;
      double ofAdditive = additiveError(vector, space, similarity, decoder.additive(copy));
      return (Math.sqrt(missed) + rounding + ofAdditive) * DOUBLE_MARGIN;
    }
  }

  /** The part of an error that a record's additive term causes: w m. */
  private static double additiveError(
      float[] vector, CodeSpace space, VectorSimilarityFunction similarity, double additive) {
    float[] centroid = space.centroid();
    if (similarity == VectorSimilarityFunction.EUCLIDEAN) {
      double apart = Math.abs(Math.sqrt(additive) - distance(vector, centroid));
      return ErrorTerms.ADDITIVE_WEIGHT * apart;
    }
    double product = VectorMath.dot(vector, centroid);
    double length = space.centroidLength();
    return length == 0 ? 0 : ErrorTerms.ADDITIVE_WEIGHT * Math.abs(additive - product) / length;
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int d = 0; d < a.length; d++) {
      double difference = (double) a[d] - b[d];
      squares += difference * difference;
    }
    return Math.sqrt(squares);
  }
}
