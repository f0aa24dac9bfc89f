/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures searches, alone and beside a merge, in a process whose memory is capped ({@code
 * -Dbenchmark=memory}). It may import {@code index}, {@code report}, {@code settings} and {@code
 * data}. Start with {@link io.quantvec.benchmark.memory.MemoryBenchmark}.
 */
package io.quantvec.benchmark.memory;
