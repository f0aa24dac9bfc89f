/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The HTML report of a field, drawn from its statistics and an evaluation. It may import {@code
 * evaluate} and all packages below it. Start with {@link
 * io.quantvec.plugin.report.RestReportAction}, then {@code ReportPage}.
 */
package io.quantvec.plugin.report;
