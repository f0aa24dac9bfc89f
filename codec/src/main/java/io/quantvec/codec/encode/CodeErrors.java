/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

/** Adds up what several parts of a segment lose of their vectors. */
public final class CodeErrors {

  private double squares;
  private double clipped;
  private long vectors;
  private double valueSquares;

  /**
   * Adds what codes lose.
   *
   * @param liveError root mean square, and the share of clipped components: NaN if not measured
   * @param count vectors that they stand for
   */
  public void add(float liveError, float clipRate, int count) {
    if (!Float.isNaN(liveError) && !Float.isNaN(clipRate)) {
      squares += (double) liveError * liveError * count;
      clipped += (double) clipRate * count;
      vectors += count;
    }
  }

  /**
   * Adds what vectors lost as they were written, now or before. Errors of one vector that were made
   * one after the other are taken for independent, so that their squares add up.
   *
   * @param error root mean square relative to the vectors' lengths
   * @param count vectors that it stands for
   */
  public void addValueError(double error, int count) {
    valueSquares += error * error * count;
  }

  /** Root mean square over all; NaN if nothing was measured. */
  public float liveError() {
    return vectors == 0 ? Float.NaN : (float) Math.sqrt(squares / vectors);
  }

  /** Share of clipped components over all; NaN if nothing was measured. */
  public float clipRate() {
    return vectors == 0 ? Float.NaN : (float) (clipped / vectors);
  }

  /**
   * Root mean square relative to the vectors' lengths.
   *
   * @param count vectors of the segment; those that nothing was added for lost nothing
   * @return NaN without vectors
   */
  public float valueError(int count) {
    return count == 0 ? Float.NaN : (float) Math.sqrt(valueSquares / count);
  }
}
