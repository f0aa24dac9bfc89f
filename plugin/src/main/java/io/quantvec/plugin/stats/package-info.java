/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Statistics of vector fields by shard, segment and calibration, and a node's metrics. It may
 * import {@code calibration} and all packages below it. Start with {@link
 * io.quantvec.plugin.stats.ShardStatsReader}.
 */
package io.quantvec.plugin.stats;
