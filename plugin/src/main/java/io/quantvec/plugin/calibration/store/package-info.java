/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Named calibrations in the cluster state, and what a node knows of them. It may import {@code
 * vector} and all packages below it; the requests that fill the store are in {@code calibration}.
 * Start with {@link io.quantvec.plugin.calibration.store.CalibrationsMetadata}.
 */
package io.quantvec.plugin.calibration.store;
