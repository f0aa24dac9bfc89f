/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

/**
 * Between what the terms of a segment's codes lie, see {@link CodeScorer}. NaN where a term is.
 *
 * @param maxFactor the largest f
 * @param minAdditive the smallest g
 * @param maxAdditive the largest g
 */
public record TermRange(double maxFactor, double minAdditive, double maxAdditive) {}
