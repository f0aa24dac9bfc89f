/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Measures what codes and copies lose of vectors: the terms that bound how far a code's score can
 * be from that of the finer copy. Not safe for use by many threads.
 *
 * <p>With z = f T' yhat, the residual x - c as the code has it, the terms are
 *
 * <ul>
 *   <li>a = &lt;x - c, z&gt; / &lt;z, z&gt;, so that a z is the projection of the residual on the
 *       line of its reconstruction. (The f in the record ranks best, and estimates worse.)
 *   <li>e, above all |x - c - a z|. As z lies in the space of vectors and a f &lt;yhat, T q&gt; =
 *       &lt;a z, q&gt; whatever T is, what a score lacks is an inner product with x - c - a z: e |q
 *       - c| at most, however far T is from being orthogonal, and with all directions that have no
 *       bits.
 *   <li>h, of a copy that is not exact, above all |X - x| of its reconstruction X.
 * </ul>
 *
 * <p>Codes, and copies of codes, are scored with their g beside them, which was rounded; and it is
 * that of another vector where a merge makes codes of what the copy gives, or the copy of what
 * codes give, and copies the other. It puts the vector away from where it is as seen from the
 * centroid, by m = |g - &lt;x, c&gt;| / |c|, or for Euclidean distances by m = |sqrt(g) - |x - c||.
 * So e and h have w m added to them, with a weight w of {@link ErrorTerms#ADDITIVE_WEIGHT}: a bound
 * is then e times |q - c|, but no less than e times 1/w of what m counts for in the score, and the
 * smallness of that pays for the weight, as m hardly ever matters.
 *
 * <p>Half floats have no a, and e is their distance from x. All is measured against what f, g and a
 * are after they were rounded, so that it holds for them, and with the transform's rounding added.
 */
public final class ErrorEncoder {

  /** Far above what sums of doubles lose. */
  private static final double DOUBLE_MARGIN = 1 + 1e-10;

  /** Twice what a product of two floats is rounded by. */
  private static final double FLOAT_ROUNDING = 0x1p-23;

  private final ErrorTerms terms;
  private final VectorSimilarityFunction similarity;

  /** Null for half floats. */
  private final CodeSpace space;

  private final VectorDecoder decoder;

  /** Null unless the copy is one of codes. */
  private final CodeSpace copySpace;

  private final VectorDecoder copyDecoder;
  private final float[] copyDirection;

  /** Half floats of one vector, of the codes or of the copy. */
  private final float[] halves;

  /** The reconstructions of vectors that are measured together, and where they lie. */
  private float[][] directions = new float[0][];

  private float[][] images;

  /**
   * @param terms what to write; not {@link ErrorTerms#NONE}
   * @param space what the codes mean; null for half floats
   * @param copySpace what the codes of the finer copy mean; null unless it is one of codes
   * @param dimension dimensions a vector
   */
  public ErrorEncoder(
      ErrorTerms terms,
      VectorSimilarityFunction similarity,
      CodeSpace space,
      CodeSpace copySpace,
      int dimension) {
    this.terms = terms;
    this.similarity = similarity;
    this.space = space;
    this.decoder = space == null ? null : new VectorDecoder(space);
    this.copySpace = copySpace;
    this.copyDecoder = copySpace == null ? null : new VectorDecoder(copySpace);
    this.copyDirection = copySpace == null ? null : new float[copySpace.dimension()];
    this.halves = new float[dimension];
  }

  /** Measures one vector, see {@link #encodeAll}. */
  public void encode(float[] vector, byte[] code, byte[] copy, byte[] errors) {
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
  public void encodeAll(
      float[][] vectors, byte[][] codes, byte[][] copies, byte[][] errors, int count) {
    if (space != null) {
      reserve(count);
      for (int i = 0; i < count; i++) {
        decoder.decodeDirection(codes[i], directions[i]);
      }
      space.calibration().transform().applyTransposedAll(directions, images, count);
    }
    for (int i = 0; i < count; i++) {
      if (space == null) {
        // A copy that is finer than half floats is exact.
        HalfFloats.decode(codes[i], halves);
        double error = distance(vectors[i], halves) * DOUBLE_MARGIN;
        terms.writeOfHalves(errors[i], length(vectors[i]) * DOUBLE_MARGIN, error);
      } else {
        double copyError = terms.hasCopyError() ? copyError(vectors[i], copies[i]) : 0;
        encode(vectors[i], codes[i], directions[i], images[i], copyError, errors[i]);
      }
    }
  }

  private void reserve(int count) {
    if (directions.length < count) {
      directions = new float[count][space.dimension()];
      images = new float[count][space.calibration().dimension()];
    }
  }

  /**
   * @param direction yhat
   * @param image T' yhat
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
    double factor = decoder.factor(code);
    double alignment =
        factor == 0 || squares == 0 ? 1 : ErrorTerms.stored(product / (factor * squares));
    double aligned = alignment * factor;
    double error = 0;
    for (int d = 0; d < vector.length; d++) {
      double difference = (double) vector[d] - centroid[d] - aligned * image[d];
      error += difference * difference;
    }
    double rounding = calibration.transform().roundingError() + FLOAT_ROUNDING;
    double missed = Math.sqrt(error) + aligned * length(direction) * rounding;
    double total = missed + mislaid(vector, space, decoder.additive(code));
    terms.write(record, alignment, total * DOUBLE_MARGIN, copyError);
  }

  private double copyError(float[] vector, byte[] record) {
    if (copySpace == null) {
      HalfFloats.decode(record, halves);
      return distance(vector, halves) * DOUBLE_MARGIN;
    }
    copyDecoder.decodeDirection(record, copyDirection);
    float[] centroid = copySpace.calibration().centroid();
    double factor = copyDecoder.factor(record);
    double missed = 0;
    for (int d = 0; d < vector.length; d++) {
      double difference = (double) vector[d] - centroid[d] - factor * copyDirection[d];
      missed += difference * difference;
    }
    double rounding = factor * length(copyDirection) * FLOAT_ROUNDING;
    double mislaid = mislaid(vector, copySpace, copyDecoder.additive(record));
    return (Math.sqrt(missed) + rounding + mislaid) * DOUBLE_MARGIN;
  }

  /** What g adds to an error: w m. */
  private double mislaid(float[] vector, CodeSpace space, double additive) {
    float[] centroid = space.calibration().centroid();
    if (similarity == VectorSimilarityFunction.EUCLIDEAN) {
      double apart = Math.abs(Math.sqrt(additive) - distance(vector, centroid));
      return ErrorTerms.ADDITIVE_WEIGHT * apart;
    }
    double product = 0;
    for (int d = 0; d < vector.length; d++) {
      product += (double) vector[d] * centroid[d];
    }
    double length = space.centroidLength();
    return length == 0 ? 0 : ErrorTerms.ADDITIVE_WEIGHT * Math.abs(additive - product) / length;
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return Math.sqrt(squares);
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
