/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The query {@code quantized_knn} of requests: its JSON, its form between nodes, its place among
 * filters, aliases and nested objects, and the {@code search} query that it becomes. It may import
 * {@code search} and all packages below it. Start with {@link
 * io.quantvec.plugin.query.QuantizedKnnQueryBuilder}; {@link io.quantvec.plugin.query.Rescore} says
 * whether a search rescores and how many candidates, and {@code RoundingRules} of the codec how
 * many bits the components of a query get.
 */
package io.quantvec.plugin.query;
