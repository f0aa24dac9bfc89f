/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures searches of several segments ({@code -Dbenchmark=segments}) and of a graph that went
 * through many merges ({@code generations}). It may import {@code measure}, {@code contender},
 * {@code index}, {@code report}, {@code settings} and {@code data}. Start with {@link
 * io.quantvec.benchmark.segments.SegmentsBenchmark}.
 */
package io.quantvec.benchmark.segments;
