/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How much work a search of a shard does: how many candidates it collects, when the search of a
 * segment's graph stops, and how segments share their best scores. It may import Lucene only, and
 * does not depend on codes or files. Start with {@link io.quantvec.codec.search.ShardBeam} and
 * {@link io.quantvec.codec.search.SegmentSearch}.
 */
package io.quantvec.codec.search;
