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
 * Encodes residuals: the code of a vector x is that of the direction y = T(x - c) / |x - c|, for
 * the centroid c and the transform T. With the code's reconstruction yhat, a record holds the terms
 *
 * <ul>
 *   <li>rescale (f), which brings yhat back to the residual's length. With a learned transform it
 *       is |x - c| |y| / |yhat|, which keeps the norm over the directions that have bits. Otherwise
 *       it is |x - c| / &lt;y, yhat&gt;, which makes f &lt;yhat, T(q - c)&gt; an unbiased estimate
 *       of &lt;x - c, q - c&gt; (RaBitQ, arXiv 2405.12497, section 3.2). Each ranks best in its
 *       case. 0 for a vector that is the centroid.
 *   <li>additive (g): &lt;x, c&gt; for inner products and cosine, |x - c|^2 for Euclidean distance.
 * </ul>
 *
 * <p>Both are clamped to finite floats, so that no score of finite vectors is NaN.
 */
final class ResidualEncoder implements VectorEncoder {

  /**
   * Step widths tried, as multiples of the calibrated one; the best by the angle between vector and
   * reconstruction wins.
   */
  private static final float[] STRETCHES = {.7f, .84f, .98f, 1.12f, 1.26f, 1.4f};

  /** One vector in so many is measured: enough for a stable error, at a negligible cost. */
  private static final int MEASURED_EVERY = 8;

  private final CalibratedSpace space;
  private final Calibration calibration;
  private final CodeWriter writer;
  private final float[] inverseSteps;

  /** Buffers of the vectors that are encoded together. */
  private double[] norms = new double[0];

  private float[][] residuals;
  private float[][] directions;

  private final float[] stretches;

  /** The codes of the step width that is tried, and of the best so far. */
  private int[] codes;

  private int[] bestCodes;
  private double bestAlignment;
  private double bestSquares;

  private final SampleError liveError;
  private int vectors;

  /** Vectors other than the centroid. */
  private int encoded;

  /**
   * @param space of residual codes
   * @param similarity what the terms serve
   */
  ResidualEncoder(CalibratedSpace space, VectorSimilarityFunction similarity) {
    this.space = space;
    this.calibration = space.calibration();
    // Without -128 the range is symmetric.
    this.writer = new CodeWriter(space, similarity, -Calibrator.MAX_INT8);
    int dimension = space.dimension();
    this.inverseSteps = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      inverseSteps[d] = space.step(d) > 0 ? 1 / space.step(d) : 0;
    }
    this.liveError = new SampleError(calibration);
    this.codes = new int[dimension];
    this.bestCodes = new int[dimension];
    // One bit has one threshold, and 8 bits are fine enough for any step near the right one.
    Kind kind = space.layout().kind();
    boolean searched =
        kind != Kind.BITS
            && kind != Kind.BYTES
            && StepScaling.of(calibration.method()) == StepScaling.CALIBRATED;
    this.stretches = searched ? STRETCHES.clone() : new float[1];
  }

  @Override
  public void encodeAll(float[][] vectors, byte[][] records, int count) {
    reserve(count);
    for (int i = 0; i < count; i++) {
      norms[i] = Calibrator.residualDirection(vectors[i], calibration.centroid(), residuals[i]);
    }
    calibration.transform().applyAll(residuals, directions, count);
    for (int i = 0; i < count; i++) {
      this.vectors++;
      double rescale = 0;
      if (norms[i] > 0) {
        rescale = norms[i] * encodeDirection(directions[i], norms[i]);
      } else {
        Arrays.fill(bestCodes, 0);
      }
      writer.write(bestCodes, rescale, writer.additive(vectors[i], norms[i]), records[i]);
    }
  }

  private void reserve(int count) {
    if (norms.length < count) {
      norms = new double[count];
      residuals = new float[count][calibration.dimension()];
      directions = new float[count][space.dimension()];
    }
  }

  /**
   * Fills the best codes.
   *
   * @return the rescale term of a residual of length 1
   */
  private double encodeDirection(float[] direction, double norm) {
    if (encoded++ % MEASURED_EVERY == 0) {
      liveError.add(direction, norm);
    }
    if (stretches.length == 1) {
      stretches[0] = StepScaling.of(calibration.method()).stretch(direction, inverseSteps, norm);
    }
    tryStretches(direction);
    return rescaleOf(direction);
  }

  private double rescaleOf(float[] direction) {
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

  /** Fills the best codes, their inner product with the direction, and their squared length. */
  private void tryStretches(float[] direction) {
    double best = Double.NEGATIVE_INFINITY;
    for (float stretch : stretches) {
      double alignment = 0;
      double squares = 0;
      float inverse = 1 / stretch;
      for (int d = 0; d < direction.length; d++) {
        int code = writer.code(d, direction[d] * inverseSteps[d] * inverse);
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

  @Override
  public float liveError() {
    return losesNothing() ? 0 : liveError.rootMeanSquare();
  }

  @Override
  public float clipRate() {
    return losesNothing() ? 0 : liveError.clipRate();
  }

  /** Vectors that are the centroid have no error to measure. */
  private boolean losesNothing() {
    return vectors > 0 && encoded == 0;
  }
}
