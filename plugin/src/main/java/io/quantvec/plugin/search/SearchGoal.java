/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/** What a search is after: the k nearest vectors, or all that are near enough. */
public sealed interface SearchGoal permits SearchEffort, Radius {

  /** Whether candidates are rescored by their rerank copies. */
  boolean rescores();

  /** A guess of how many hits a shard has, for queries that choose what to run first. */
  int expectedHits();
}
