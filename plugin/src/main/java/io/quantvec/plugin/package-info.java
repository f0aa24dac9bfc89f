/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The plugin as the node loads it: registers all settings, mappers, codecs, queries and requests.
 * It may import all other packages. Start with {@link io.quantvec.plugin.QuantvecPlugin}; a new
 * endpoint is registered in {@code Monitoring}, {@code Calibrations} or {@code Evaluations}.
 */
package io.quantvec.plugin;
