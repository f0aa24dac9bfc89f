/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Estimates the similarity of a query and a stored vector from the vector's record: the query's
 * transform and rounding, a scorer per kind of codes, and bounds of the error. It may import {@code
 * encode} and all packages below it. Start with {@link io.quantvec.codec.score.CodeScorer}; {@link
 * io.quantvec.codec.score.QueryPrecision} names how precise a query is, and {@code RoundingRules}
 * says how many bits that takes.
 */
package io.quantvec.codec.score;
