/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Queries for Lucene users: the nearest vectors by their codes, rescored by the rerank copy. It may
 * import every package of the codec but the root. Start with {@link
 * io.quantvec.codec.query.RescoredKnnFloatVectorQuery}.
 */
package io.quantvec.codec.query;
