/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Requests that create, list and delete stored calibrations. It may import {@code sample} and all
 * packages below it, among them {@code calibration.store}. Start with {@link
 * io.quantvec.plugin.calibration.Calibrations}, which registers all, or {@link
 * io.quantvec.plugin.calibration.TransportCreateCalibrationAction}.
 */
package io.quantvec.plugin.calibration;
