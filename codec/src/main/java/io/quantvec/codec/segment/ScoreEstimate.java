/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

/**
 * What a code says about the score that the rerank copy of its vector gives.
 *
 * @param score the code's score, as in a search for the nearest; it may lie outside the bounds,
 *     because it uses the factors that rank best
 * @param lower the least score that the rerank copy can give
 * @param upper the greatest score that the rerank copy can give; equal to {@code lower} without a
 *     copy, where both are the code's score with the most precise query
 * @param copyError how far scores of the copy can be from those of the vector that the copy was
 *     made of: for inner products this times the query's length, for distances about this; 0 for a
 *     copy of floats and without a copy
 */
public record ScoreEstimate(float score, float lower, float upper, float copyError) {}
