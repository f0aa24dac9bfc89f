/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Builds, opens and searches the indexes that the benchmarks measure: Lucene indexes with any
 * vector format, with and without a graph, and JVector indexes. It may import {@code data}. Start
 * with {@link io.quantvec.benchmark.index.LuceneIndex}.
 */
package io.quantvec.benchmark.index;
