/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Prints the heading and the tables of a data set as text. It may import {@code data}. Start with
 * {@link io.quantvec.benchmark.report.TextTable}.
 */
package io.quantvec.benchmark.report;
