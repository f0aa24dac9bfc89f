/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/** What codes lose of a sample of directions: the errors that a calibration expects. */
public final class SampleError {

  private final int blockSize;
  private final byte[] bits;
  private final float[] steps;
  private final int dimension;
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
        calibration.blockSize(),
        calibration.bits(),
        calibration.steps(),
        calibration.codeDimension());
  }

  /**
   * @param dimension components of a transformed direction
   */
  SampleError(int blockSize, byte[] bits, float[] steps, int dimension) {
    this.blockSize = blockSize;
    this.bits = bits;
    this.steps = steps;
    this.dimension = dimension;
  }

  /** Counts a transformed unit direction; what the transform left out counts as lost. */
  public void add(float[] direction) {
    double missed = 0;
    double kept = 0;
    for (int d = 0; d < dimension; d++) {
      double value = direction[d];
      kept += value * value;
      double miss = value - reconstruction(direction[d], d / blockSize);
      missed += miss * miss;
    }
    // A vector that is the centroid has no direction, and loses nothing.
    if (kept > 0) {
      squares += missed + Math.max(0, 1 - kept);
    }
    components += dimension;
    vectors++;
  }

  private float reconstruction(float value, int block) {
    if (bits[block] == 0) {
      return 0;
    }
    boolean signed = bits[block] == 8 && blockSize == 1;
    float step = steps[block];
    float scaled = value / step;
    float limit = signed ? Calibrator.MAX_INT8 : (1 << (bits[block] - 1)) - 0.5f;
    float code = signed ? (float) Math.rint(scaled) : (float) Math.floor(scaled) + 0.5f;
    if (Math.abs(scaled) > limit + 0.5f) {
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

  /** Share of components that fell outside of the codes' range. */
  public float clipRate() {
    return (float) (clipped / (double) Math.max(1, components));
  }
}
