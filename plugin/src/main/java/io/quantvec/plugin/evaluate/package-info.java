/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The request {@code _evaluate}: its JSON and limits, the rounds in which it asks all shards, and
 * how their answers become one result. It may import {@code evaluate.trial} and all packages below
 * it. Start with {@code EvaluationRun}, which has the steps in order.
 */
package io.quantvec.plugin.evaluate;
