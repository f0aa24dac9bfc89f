/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures recall, speed and memory of Quantvec beside Lucene and JVector, one package for each
 * kind of benchmark. It may import every package below it; no package imports this one. Start with
 * {@link io.quantvec.benchmark.Benchmarks}, which runs the benchmark that the system property
 * {@code benchmark} names.
 */
package io.quantvec.benchmark;
