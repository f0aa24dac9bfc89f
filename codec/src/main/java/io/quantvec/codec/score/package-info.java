/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Estimates the similarity of a query and a stored vector from the record: the query's transform
 * and rounding, the estimator, and sure bounds of its error. It may import {@code encode} and all
 * packages below it. Start with {@link io.quantvec.codec.score.CodeScorer}; {@link
 * io.quantvec.codec.score.QueryPrecision} says how exactly a query is rounded.
 */
package io.quantvec.codec.score;
