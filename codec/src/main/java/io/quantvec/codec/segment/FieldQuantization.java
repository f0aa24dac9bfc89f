/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftTest;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;

/**
 * What one segment knows of the codes of one field.
 *
 * @param config how the field was written, with the budget that was chosen, if one was; a static
 *     calibration is known by its id only
 * @param budget what the budget was chosen for, with the recall that was expected then; null unless
 *     the precision is {@link io.quantvec.codec.config.Precision#AUTO}
 * @param vectors vectors of the segment, deleted ones included
 * @param codeBytes bytes a vector: the code and its correction terms
 * @param copy the finest copy beside the codes: what vectors are read from, rescored, merged and
 *     searched exactly with; {@link RerankPrecision#NONE} if that is the codes themselves
 * @param rerankBytes bytes a vector of that copy, with the vector's length where that is kept apart
 * @param errorBytes bytes a vector of what bounds the errors of its code and copy; 0 where there is
 *     no copy
 * @param calibration what the codes were learned from, with bits and steps a block, sample size,
 *     expected error, clip rate and when it was learned; null for half floats and where there are
 *     no vectors
 * @param calibrationId the calibration's id, in hexadecimal digits; null without one
 * @param origin how the codes came about
 * @param reason why they have this calibration
 * @param copiedVectors vectors whose codes the last merge copied byte for byte
 * @param liveError root mean square of what the codes lose of a vector's direction, measured on
 *     these vectors: 0 to 1; NaN without a calibration
 * @param clipRate share of components that lay outside of the codes' range, measured on these
 *     vectors: 0 to 1; NaN without a calibration
 * @param driftRatio the live over the expected error, squared: about 1 for vectors like those that
 *     the calibration was learned from; NaN where it does not know what to expect
 * @param valueError how exact vectors are as they are read: root mean square of |x - x'| / |x|, for
 *     x as it was indexed and x' as it is read; 0 for floats that were stored as they came.
 *     Measured on one of eight vectors whenever they are encoded; where a merge encodes what was
 *     inexact before, the squares of both errors add up. NaN without vectors
 */
public record FieldQuantization(
    QuantizationConfig config,
    BudgetChoice budget,
    int vectors,
    int codeBytes,
    RerankPrecision copy,
    int rerankBytes,
    int errorBytes,
    Calibration calibration,
    String calibrationId,
    CodeOrigin origin,
    CodeReason reason,
    int copiedVectors,
    float liveError,
    float clipRate,
    float driftRatio,
    float valueError) {

  /**
   * The {@link #driftRatio} from which on these vectors are not what the calibration was learned
   * from; NaN without a calibration that knows what to expect.
   */
  public double driftThreshold() {
    return Float.isNaN(driftRatio) ? Double.NaN : DriftTest.threshold(calibration, vectors);
  }

  /** Whether the vectors are not what the calibration was learned from. */
  public boolean isDrifted() {
    return driftRatio > driftThreshold();
  }
}
