/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How much work a search of a shard does: how many candidates it collects, when a walk through a
 * segment's graph stops, and how segments share what they have found. It may import Lucene only,
 * and knows neither codes nor files. Start with {@link io.quantvec.codec.search.ShardBeam} and
 * {@link io.quantvec.codec.search.SegmentSearch}.
 */
package io.quantvec.codec.search;
