/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

/**
 * What a code says of the score that the finest copy of its vector gives.
 *
 * @param score the code's score, as searches for the nearest have it; it may lie out of the bounds,
 *     as it is computed with factors that rank best
 * @param lower the least that the finest copy's score can be
 * @param upper the most that it can be; equal to the least where the codes are the finest copy,
 *     both being its score with a query as fine as can be
 * @param copyError how far scores of the copy can be from those of the vector that it was made of:
 *     inner products by this times the query's length, and distances by about this; 0 for a copy of
 *     floats, and where the codes are the finest copy and the bounds need nothing else
 */
public record ScoreEstimate(float score, float lower, float upper, float copyError) {}
