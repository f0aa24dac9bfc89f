/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Compares the recall of exhaustive searches of codes, Quantvec's and Lucene's, at equal bytes per
 * vector ({@code -Dbenchmark=recall}). It may import {@code index}, {@code settings} and {@code
 * data}. Start with {@link io.quantvec.benchmark.recall.RecallBenchmark}.
 */
package io.quantvec.benchmark.recall;
