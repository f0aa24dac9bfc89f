/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What requests to all shards of some indexes have in common: the choice of shards, filters of
 * aliases, the lookup of the field, and the failures of shards. It may import {@code query} and all
 * packages below it. Start with {@link io.quantvec.plugin.broadcast.TransportSearchedShardsAction},
 * which asks one copy of each shard, or {@link io.quantvec.plugin.broadcast.TransportShardsAction},
 * which asks every copy.
 */
package io.quantvec.plugin.broadcast;
