/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Compares graph searches of Quantvec, Lucene and JVector ({@code -Dbenchmark=search}) in tables,
 * comma-separated values and plots. It may import {@code measure}, {@code contender}, {@code
 * index}, {@code report}, {@code settings} and {@code data}. Start with {@link
 * io.quantvec.benchmark.search.SearchBenchmark}.
 */
package io.quantvec.benchmark.search;
