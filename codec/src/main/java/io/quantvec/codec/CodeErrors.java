/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

/** Adds up what several parts of a segment's codes lose of their vectors. */
final class CodeErrors {

  private double squares;
  private double clipped;
  private long vectors;

  /**
   * @param liveError root mean square, and the share of clipped components: NaN if not measured
   * @param count vectors that they stand for
   */
  void add(float liveError, float clipRate, int count) {
    if (!Float.isNaN(liveError) && !Float.isNaN(clipRate)) {
      squares += (double) liveError * liveError * count;
      clipped += (double) clipRate * count;
      vectors += count;
    }
  }

  /** Root mean square over all; NaN if nothing was measured. */
  float liveError() {
    return vectors == 0 ? Float.NaN : (float) Math.sqrt(squares / vectors);
  }

  /** Share of clipped components over all; NaN if nothing was measured. */
  float clipRate() {
    return vectors == 0 ? Float.NaN : (float) (clipped / vectors);
  }
}
