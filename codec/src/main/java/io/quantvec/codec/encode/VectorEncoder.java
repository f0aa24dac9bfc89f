/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.calibration.SampleError;
import io.quantvec.codec.calibration.StepScaling;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.transform.DenseTransform;
import java.util.Arrays;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Turns vectors into records of code and correction terms. Not safe for use by many threads.
 *
 * <p>With y = T(x - c) / |x - c| and yhat its reconstruction from the code, a record holds
 *
 * <ul>
 *   <li>f, which brings yhat back to the residual's length. With a learned transform it is |x - c|
 *       |y| / |yhat|, which keeps the norm over the directions that have bits; else it is |x - c| /
 *       &lt;y, yhat&gt;, which makes f &lt;yhat, T(q - c)&gt; an unbiased estimate of &lt;x - c, q
 *       - c&gt; (RaBitQ, arXiv 2405.12497, section 3.2). Each ranks best in its case. 0 for a
 *       vector that is the centroid.
 *   <li>g = &lt;x, c&gt; for inner products and cosine, |x - c|^2 for Euclidean distance.
 * </ul>
 *
 * <p>Where vectors arrive as codes, the code is the vector's own and f is 1, so that it can be had
 * back exactly; under cosine f is one over the vector's length and g is 0, see {@link
 * io.quantvec.codec.score.CodeScorer}.
 *
 * <p>Both are clamped to finite floats, so that no score of finite vectors is NaN.
 */
public final class VectorEncoder {

  /**
   * Step widths tried, as multiples of the calibrated one; the best by the angle between vector and
   * reconstruction wins.
   */
  private static final float[] STRETCHES = {.7f, .84f, .98f, 1.12f, 1.26f, 1.4f};

  /** An eighth of the vectors tells the error of all, at a price that does not show. */
  private static final int MEASURED_EVERY = 8;

  private final CodeSpace space;
  private final CodeLayout layout;
  private final Calibration calibration;
  private final VectorSimilarityFunction similarity;
  private final float[] inverseSteps;
  private final float[] highest;
  private final float[][] one = new float[1][];
  private final byte[][] oneRecord = new byte[1][];

  /** Of the vectors that are encoded together. */
  private double[] norms = new double[0];

  private float[][] residuals;
  private float[][] directions;

  /** The one that is encoded. */
  private float[] direction;

  private final float[] stretches;

  /** Of signed bytes: models may emit -128, which ours leave out for symmetry. */
  private final int lowest;

  private int[] codes;
  private int[] bestCodes;
  private double bestAlignment;
  private double bestSquares;
  private final SampleError liveError;
  private int vectors;

  /** Vectors that are not the centroid. */
  private int encoded;

  /**
   * @param similarity what the terms serve
   */
  public VectorEncoder(CodeSpace space, VectorSimilarityFunction similarity) {
    this.space = space;
    this.layout = space.layout();
    this.calibration = space.calibration();
    this.similarity = similarity;
    int dimension = space.dimension();
    this.inverseSteps = new float[dimension];
    this.highest = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      inverseSteps[d] = space.step(d) > 0 ? 1 / space.step(d) : 0;
      highest[d] = (1 << space.bits(d)) - 1;
    }
    this.lowest = space.isLossless() ? Byte.MIN_VALUE : -Calibrator.MAX_INT8;
    this.liveError = new SampleError(calibration);
    this.codes = new int[dimension];
    this.bestCodes = new int[dimension];
    // One bit has one threshold, and 8 bits are fine enough for any step near the right one.
    boolean searched =
        layout.kind() != Kind.BITS
            && layout.kind() != Kind.BYTES
            && StepScaling.of(calibration.method()) == StepScaling.CALIBRATED;
    this.stretches = searched ? STRETCHES.clone() : new float[1];
  }

  /**
   * Encodes one vector.
   *
   * @param vector finite; of unit length or zero for cosine, unless it arrived as a code
   * @param record receives {@link CodeLayout#recordLength()} bytes
   */
  public void encode(float[] vector, byte[] record) {
    one[0] = vector;
    oneRecord[0] = record;
    encodeAll(one, oneRecord, 1);
  }

  /**
   * Encodes many vectors: some dozens share what the transform reads of its matrix.
   *
   * @param vectors as {@link #encode} takes them; left as they are
   * @param records receive {@link CodeLayout#recordLength()} bytes each
   * @param count how many
   */
  public void encodeAll(float[][] vectors, byte[][] records, int count) {
    if (space.isLossless()) {
      for (int i = 0; i < count; i++) {
        this.vectors++;
        encodeLossless(vectors[i], records[i]);
      }
      return;
    }
    reserve(count);
    for (int i = 0; i < count; i++) {
      norms[i] = Calibrator.residualDirection(vectors[i], calibration.centroid(), residuals[i]);
    }
    calibration.transform().applyAll(residuals, directions, count);
    for (int i = 0; i < count; i++) {
      this.vectors++;
      direction = directions[i];
      double factor = 0;
      if (norms[i] > 0) {
        factor = norms[i] * encodeDirectionOf(norms[i]);
      } else {
        Arrays.fill(bestCodes, 0);
      }
      write(records[i], factor, additive(vectors[i], norms[i]));
    }
  }

  private void reserve(int count) {
    if (norms.length < count) {
      norms = new double[count];
      residuals = new float[count][calibration.dimension()];
      directions = new float[count][space.dimension()];
    }
  }

  /** Leaves the best codes, and gives the factor of a residual of length 1. */
  private double encodeDirectionOf(double norm) {
    if (encoded++ % MEASURED_EVERY == 0) {
      liveError.add(direction, norm);
    }
    if (stretches.length == 1) {
      stretches[0] = StepScaling.of(calibration.method()).stretch(direction, inverseSteps, norm);
    }
    encodeDirection();
    return factorOfDirection();
  }

  private void encodeLossless(float[] vector, byte[] record) {
    double squares = 0;
    double residualSquares = 0;
    for (int d = 0; d < vector.length; d++) {
      double value = (double) vector[d] - calibration.centroid()[d];
      bestCodes[d] = code(d, (float) (value / space.step(d)));
      squares += (double) vector[d] * vector[d];
      residualSquares += value * value;
    }
    if (similarity == VectorSimilarityFunction.COSINE) {
      write(record, squares == 0 ? 0 : 1 / Math.sqrt(squares), 0);
    } else {
      write(record, 1, additive(vector, Math.sqrt(residualSquares)));
    }
  }

  private void write(byte[] record, double factor, double additive) {
    space.pack(bestCodes, record);
    layout.terms().write(record, layout.factorOffset(), factor, additive, space.centroidLength());
  }

  /**
   * Root mean square of what codes lose of a direction, measured on a part of the vectors encoded
   * so far; NaN if there was none.
   */
  public float liveError() {
    return losesNothing() ? 0 : liveError.rootMeanSquare();
  }

  /** Share of components out of the codes' range, of the same vectors; NaN if there was none. */
  public float clipRate() {
    return losesNothing() ? 0 : liveError.clipRate();
  }

  /** Vectors that arrived as codes, and those that are the centroid, have no error to measure. */
  private boolean losesNothing() {
    return space.isLossless() || (vectors > 0 && encoded == 0);
  }

  private double factorOfDirection() {
    if (bestAlignment <= 0) {
      return 0;
    }
    if (!(calibration.transform() instanceof DenseTransform)) {
      return 1 / bestAlignment;
    }
    double squares = 0;
    for (float component : direction) {
      squares += component * component;
    }
    return Math.sqrt(squares / bestSquares);
  }

  private double additive(float[] vector, double norm) {
    if (similarity == VectorSimilarityFunction.EUCLIDEAN) {
      return norm * norm;
    }
    double dot = 0;
    float[] centroid = calibration.centroid();
    for (int d = 0; d < vector.length; d++) {
      dot += (double) vector[d] * centroid[d];
    }
    return dot;
  }

  /** Fills the best codes, their inner product with the direction, and their squared length. */
  private void encodeDirection() {
    double best = Double.NEGATIVE_INFINITY;
    for (float stretch : stretches) {
      double alignment = 0;
      double squares = 0;
      float inverse = 1 / stretch;
      for (int d = 0; d < direction.length; d++) {
        int code = code(d, direction[d] * inverseSteps[d] * inverse);
        codes[d] = code;
        float value = (code - space.middle(d)) * space.step(d);
        alignment += direction[d] * value;
        squares += value * value;
      }
      double cosine = squares > 0 ? alignment / Math.sqrt(squares) : 0;
      if (cosine > best) {
        best = cosine;
        bestAlignment = alignment;
        bestSquares = squares;
        int[] swap = bestCodes;
        bestCodes = codes;
        codes = swap;
      }
    }
  }

  private int code(int d, float scaled) {
    if (layout.kind() == Kind.BYTES) {
      return (int) Math.clamp(Math.rint(scaled), lowest, Calibrator.MAX_INT8);
    }
    // floor(v) + 2^(b-1), clamped before the cast: (highest + 1) / 2 is 2^(b-1).
    float shifted = scaled + (highest[d] + 1) * 0.5f;
    return (int) Math.max(0f, Math.min(shifted, highest[d]));
  }
}
