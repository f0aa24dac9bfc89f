/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a node has once and mappings, queries and the codec share: limits, counters, stored
 * calibrations, recovering shards. It may import {@code calibration.store} and all packages below
 * it. Start with {@link io.quantvec.plugin.node.QuantvecNode}.
 */
package io.quantvec.plugin.node;
