/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Tries other precisions on a sample of the field, in an index in memory. It may import {@code
 * evaluate.shard} and all packages below it. Start with {@link
 * io.quantvec.plugin.evaluate.trial.PrecisionTrial}.
 */
package io.quantvec.plugin.evaluate.trial;
