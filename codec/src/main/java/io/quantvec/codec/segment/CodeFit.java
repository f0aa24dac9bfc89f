/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

/**
 * How well a segment's codes fit its vectors.
 *
 * @param liveError root mean square of what the codes lose of a vector's direction, measured on the
 *     segment's vectors: 0 to 1; NaN without a calibration
 * @param clipRate share of components outside the codes' range, measured on the segment's vectors:
 *     0 to 1; NaN without a calibration
 * @param valueError root mean square of |x - x'| / |x|, for a vector x as it was indexed and x' as
 *     it is read; 0 for floats that are stored as they came. A writer measures it on one of eight
 *     vectors that it encodes; where a merge encodes vectors that were inexact already, the squares
 *     of both errors add up. NaN without vectors
 */
public record CodeFit(float liveError, float clipRate, float valueError) {

  /** The fit of codes without a calibration. */
  public static CodeFit uncalibrated(float valueError) {
    return new CodeFit(Float.NaN, Float.NaN, valueError);
  }
}
