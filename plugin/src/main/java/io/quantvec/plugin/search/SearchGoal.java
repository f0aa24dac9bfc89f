/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/** What a search should find: the k nearest vectors, or all within a radius. */
public sealed interface SearchGoal permits SearchEffort, Radius {

  /** Whether candidates are rescored by their rerank copies. */
  boolean rescores();

  /** An estimate of the hits of a shard, by which a query orders its clauses. */
  int expectedHits();
}
