/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Loads the files of vector fields into the page cache on request. It may import {@code stats} and
 * all packages below it. Start with {@code ShardWarmup}.
 */
package io.quantvec.plugin.warmup;
