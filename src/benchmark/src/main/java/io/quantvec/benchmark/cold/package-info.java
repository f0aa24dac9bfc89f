/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures the searches of each second after a JVM starts ({@code -Dbenchmark=cold}). It may import
 * {@code contender}, {@code index}, {@code report}, {@code settings} and {@code data}. Start with
 * {@link io.quantvec.benchmark.cold.ColdBenchmark}.
 */
package io.quantvec.benchmark.cold;
