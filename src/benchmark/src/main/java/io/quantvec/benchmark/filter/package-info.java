/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Compares searches with filters, Quantvec's and Lucene's ({@code -Dbenchmark=filter}). It may
 * import {@code measure}, {@code contender}, {@code index}, {@code settings} and {@code data}.
 * Start with {@link io.quantvec.benchmark.filter.FilterBenchmark}.
 */
package io.quantvec.benchmark.filter;
