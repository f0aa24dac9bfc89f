/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Draws a random sample of a field's vectors from all shards, for calibrations and evaluations. It
 * may import {@code broadcast} and all packages below it. Start with {@link
 * io.quantvec.plugin.sample.TransportSampleAction}.
 */
package io.quantvec.plugin.sample;
