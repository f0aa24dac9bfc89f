/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/** What codes lose of a sample of directions: the errors that a calibration expects. */
public final class SampleError {

  /** A component this far beyond the outermost code's value would have had another code. */
  private static final float CLIPPED_FROM = 0.501f;

  private final StepScaling scaling;
  private final int blockSize;
  private final byte[] bits;
  private final float[] steps;
  private final float[] inverseSteps;
  private double squares;
  private long clipped;
  private long components;
  private int vectors;

  /**
   * Measures codes of a calibration.
   *
   * @param calibration what the codes are of
   */
  public SampleError(Calibration calibration) {
    this(
        StepScaling.of(calibration.method()),
        calibration.blockSize(),
        calibration.bits(),
        calibration.steps(),
        calibration.codeDimension());
  }

  /**
   * @param dimension components of a transformed direction
   */
  SampleError(StepScaling scaling, int blockSize, byte[] bits, float[] steps, int dimension) {
    this.scaling = scaling;
    this.blockSize = blockSize;
    this.bits = bits;
    this.steps = steps;
    this.inverseSteps = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      float step = steps[d / blockSize];
      inverseSteps[d] = step > 0 ? 1 / step : 0;
    }
  }

  /**
   * Counts a vector; what the transform left out of its direction counts as lost.
   *
   * @param direction its residual's direction, transformed: of length 1 or less
   * @param norm its residual's length
   */
  public void add(float[] direction, double norm) {
    float stretch = norm > 0 ? scaling.stretch(direction, inverseSteps, norm) : 1;
    double missed = 0;
    double kept = 0;
    for (int d = 0; d < direction.length; d++) {
      double value = direction[d];
      kept += value * value;
      double miss = value - reconstruction(direction[d], stretch, d / blockSize);
      missed += miss * miss;
    }
    // A vector that is the centroid has no direction, and loses nothing.
    if (kept > 0) {
      squares += missed + Math.max(0, 1 - kept);
    }
    components += direction.length;
    vectors++;
  }

  private float reconstruction(float value, float stretch, int block) {
    float step = steps[block] * stretch;
    if (bits[block] == 0 || step < Float.MIN_NORMAL) {
      return 0;
    }
    boolean signed = bits[block] == 8 && blockSize == 1;
    float scaled = value / step;
    float limit = signed ? Calibrator.MAX_INT8 : (1 << (bits[block] - 1)) - 0.5f;
    float code = signed ? (float) Math.rint(scaled) : (float) Math.floor(scaled) + 0.5f;
    // A largest component that rounding puts a little beyond the largest code is not clipped.
    if (Math.abs(scaled) > limit + CLIPPED_FROM) {
      clipped++;
    }
    return Math.clamp(code, -limit, limit) * step;
  }

  /** Root mean square of what codes lose of a direction of length 1; NaN if none was added. */
  public float rootMeanSquare() {
    if (vectors == 0) {
      return Float.NaN;
    }
    return (float) Math.sqrt(squares / vectors);
  }

  /** Share of components that fell outside of the codes' range; NaN if none was added. */
  public float clipRate() {
    return components == 0 ? Float.NaN : (float) (clipped / (double) components);
  }
}
