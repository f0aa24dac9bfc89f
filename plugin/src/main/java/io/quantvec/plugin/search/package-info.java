/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Searches one shard for the nearest vectors, or for all within a radius: the Lucene query, its
 * work in each segment, and its part of a profile. It may import {@code codec} and all packages
 * below it. Start with {@link io.quantvec.plugin.search.QuantizedKnnQuery}, then {@code
 * ShardSearch}.
 */
package io.quantvec.plugin.search;
