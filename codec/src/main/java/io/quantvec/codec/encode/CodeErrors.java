/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

/** Adds up the quantization errors of several parts of a segment. */
public final class CodeErrors {

  private double squares;
  private double clipped;
  private long vectors;
  private double valueSquares;

  /**
   * Adds the error of codes.
   *
   * @param liveError root mean square; NaN if not measured
   * @param clipRate share of clipped components; NaN if not measured
   * @param count vectors that the error was measured for
   */
  public void add(float liveError, float clipRate, int count) {
    if (!Float.isNaN(liveError) && !Float.isNaN(clipRate)) {
      squares += (double) liveError * liveError * count;
      clipped += (double) clipRate * count;
      vectors += count;
    }
  }

  /**
   * Adds how far stored vectors are from the indexed ones. Errors of one vector from several writes
   * count as independent, so that their squares add up.
   *
   * @param error root mean square relative to the vectors' lengths
   * @param count vectors that have the error
   */
  public void addValueError(double error, int count) {
    valueSquares += error * error * count;
  }

  /** Root mean square of the codes' error over all vectors; NaN if nothing was measured. */
  public float liveError() {
    return vectors == 0 ? Float.NaN : (float) Math.sqrt(squares / vectors);
  }

  /** Share of clipped components over all vectors; NaN if nothing was measured. */
  public float clipRate() {
    return vectors == 0 ? Float.NaN : (float) (clipped / vectors);
  }

  /**
   * Root mean square of the stored vectors' error, relative to the vectors' lengths.
   *
   * @param count vectors of the segment; those without an added error count as exact
   * @return NaN without vectors
   */
  public float valueError(int count) {
    return count == 0 ? Float.NaN : (float) Math.sqrt(valueSquares / count);
  }
}
