/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.trial;

import java.util.List;

/**
 * Which precisions are tried, and what they are tried for.
 *
 * @param precisions those to try
 * @param k neighbors of each query in the field
 * @param targetRecall the recall that a precision should reach, 0 to 1; null for none
 */
public record TrialRequest(List<TrialPrecision> precisions, int k, Double targetRecall) {}
