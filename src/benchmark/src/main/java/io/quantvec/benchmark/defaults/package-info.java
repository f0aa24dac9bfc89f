/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures what the plugin chooses by itself: the search effort ({@code -Dbenchmark=defaults}), the
 * bits of {@code precision: auto} ({@code auto}) and the segment size from which a graph pays
 * ({@code threshold}). It may import {@code index}, {@code settings} and {@code data}. Start with
 * {@link io.quantvec.benchmark.defaults.DefaultsBenchmark}.
 */
package io.quantvec.benchmark.defaults;
