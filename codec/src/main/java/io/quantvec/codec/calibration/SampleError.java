/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * Measures the quantization errors of codes on a sample of directions, which become a calibration's
 * expected errors.
 */
public final class SampleError {

  /**
   * A component counts as clipped from this many steps beyond the outermost code value: half a
   * step, where a further code would be nearer, and a margin for rounding.
   */
  private static final float CLIPPED_FROM = 0.501f;

  private final StepScaling scaling;
  private final CodeBlocks blocks;
  private final float[] inverseSteps;
  private double squares;
  private long clipped;
  private long components;
  private int vectors;

  /** Measures the codes of a calibration. */
  public SampleError(Calibration calibration) {
    this(StepScaling.of(calibration.method()), calibration.blocks(), calibration.codeDimension());
  }

  /**
   * @param dimension components per transformed direction
   */
  SampleError(StepScaling scaling, CodeBlocks blocks, int dimension) {
    this.scaling = scaling;
    this.blocks = blocks;
    this.inverseSteps = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      float step = blocks.steps()[d / blocks.size()];
      inverseSteps[d] = step > 0 ? 1 / step : 0;
    }
  }

  /**
   * Adds a vector. The part of its direction that the transform dropped counts as error.
   *
   * @param direction the transformed direction of the vector's residual, of length 1 or less
   * @param norm the length of the residual
   */
  public void add(float[] direction, double norm) {
    float stretch = norm > 0 ? scaling.stretch(direction, inverseSteps, norm) : 1;
    double missed = 0;
    double kept = 0;
    for (int d = 0; d < direction.length; d++) {
      double value = direction[d];
      kept += value * value;
      double miss = value - reconstruction(direction[d], stretch, d / blocks.size());
      missed += miss * miss;
    }
    // A vector that equals the centroid has no direction and no error.
    if (kept > 0) {
      squares += missed + Math.max(0, 1 - kept);
    }
    components += direction.length;
    vectors++;
  }

  private float reconstruction(float value, float stretch, int block) {
    int bits = blocks.bits()[block];
    float step = blocks.steps()[block] * stretch;
    if (bits == 0 || step < Float.MIN_NORMAL) {
      return 0;
    }
    boolean signed = bits == 8 && blocks.size() == 1;
    float scaled = value / step;
    float limit = signed ? Calibrator.MAX_INT8 : (1 << (bits - 1)) - 0.5f;
    float code = signed ? (float) Math.rint(scaled) : (float) Math.floor(scaled) + 0.5f;
    // The margin ignores the largest component of a vector if rounding moves it just beyond the
    // range.
    if (Math.abs(scaled) > limit + CLIPPED_FROM) {
      clipped++;
    }
    return Math.clamp(code, -limit, limit) * step;
  }

  /** Root mean square quantization error of a direction of length 1; NaN if no vector was added. */
  public float rootMeanSquare() {
    if (vectors == 0) {
      return Float.NaN;
    }
    return (float) Math.sqrt(squares / vectors);
  }

  /** Share of components outside of the codes' range; NaN if no vector was added. */
  public float clipRate() {
    return components == 0 ? Float.NaN : (float) (clipped / (double) components);
  }
}
