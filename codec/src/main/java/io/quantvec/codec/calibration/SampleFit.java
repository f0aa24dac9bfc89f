/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * How well the codes of a calibration fit its sample.
 *
 * @param sampleSize number of vectors that the calibration was learned from; 0 if it was not
 *     learned
 * @param expectedError root mean square of y minus its reconstruction from the code, 0 to 1, where
 *     y is a transformed residual direction; measured on the sample, or on vectors of the sample
 *     that the transform was not learned from; NaN if nothing was measured
 * @param clipRate share of components outside of the codes' range in the same vectors, 0 to 1; NaN
 *     if nothing was measured
 */
public record SampleFit(int sampleSize, float expectedError, float clipRate) {}
