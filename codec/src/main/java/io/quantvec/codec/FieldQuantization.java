/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;

/**
 * What one segment knows of the codes of one field.
 *
 * @param config how the field was written; a static calibration is known by its id only
 * @param vectors vectors of the segment, deleted ones included
 * @param codeBytes bytes a vector: the code and its correction terms
 * @param rerankBytes bytes a vector of the rerank copy
 * @param calibration what the codes were learned from, with bits and steps a block, sample size,
 *     expected error and clip rate; null for half floats and where there are no vectors
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
 */
public record FieldQuantization(
    QuantizationConfig config,
    int vectors,
    int codeBytes,
    int rerankBytes,
    Calibration calibration,
    String calibrationId,
    CodeOrigin origin,
    CodeReason reason,
    int copiedVectors,
    float liveError,
    float clipRate,
    float driftRatio) {}
