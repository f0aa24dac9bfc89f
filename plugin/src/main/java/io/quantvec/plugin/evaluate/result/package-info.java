/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measures of an evaluation and their JSON: recall, latency, score errors, recommendations. It may
 * import {@code warmup} and all packages below it, but no other package of {@code evaluate}. Start
 * with {@link io.quantvec.plugin.evaluate.result.Evaluation}.
 */
package io.quantvec.plugin.evaluate.result;
