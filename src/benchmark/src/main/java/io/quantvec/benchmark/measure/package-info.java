/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures recall and queries per second of a row at several beam widths, and fits both into the
 * time of a run. It may import {@code contender}, {@code index} and {@code data}. Start with {@link
 * io.quantvec.benchmark.measure.SearchMeter}.
 */
package io.quantvec.benchmark.measure;
