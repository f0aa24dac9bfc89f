/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What quantization learns from a sample of vectors: transform, centroid, bits and steps of each
 * block. Also how a calibration is stored, and when a field's vectors have drifted from it. It may
 * import {@code transform} and {@code file}. Start with {@link
 * io.quantvec.codec.calibration.Calibration} for what a calibration holds, and {@link
 * io.quantvec.codec.calibration.Calibrator} for how it is learned.
 */
package io.quantvec.codec.calibration;
