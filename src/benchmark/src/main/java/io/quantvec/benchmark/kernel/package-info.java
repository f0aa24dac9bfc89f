/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures the kernels and the scorers that call them with JMH, beside Lucene's ({@code
 * -Dbenchmark=jmh}). It may import {@code index} and {@code settings}. Start with {@link
 * io.quantvec.benchmark.kernel.SpeedBenchmark}.
 */
package io.quantvec.benchmark.kernel;
