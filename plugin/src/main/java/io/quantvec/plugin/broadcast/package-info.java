/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What requests that ask all shards of some indexes have in common. It may import {@code query} and
 * all packages below it. Start with {@link io.quantvec.plugin.broadcast.TransportShardsAction}.
 */
package io.quantvec.plugin.broadcast;
