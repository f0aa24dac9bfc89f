/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A shard's part of an evaluation: what it is asked, how it searches and scans, and what it
 * answers. It may import {@code evaluate.result} and all packages below it. Start with {@link
 * io.quantvec.plugin.evaluate.shard.ShardEvaluator}.
 */
package io.quantvec.plugin.evaluate.shard;
