/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Reads the system properties that all benchmarks share and writes the file that {@code
 * benchmark.csv} names. It may import {@code data}. Start with {@link
 * io.quantvec.benchmark.settings.SearchSettings}.
 */
package io.quantvec.benchmark.settings;
