/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

/** A strategy that says whether the search rescores what the collector keeps. */
public interface RescoringStrategy {

  /** Whether hits are candidates, so that a coarse query is precise enough to find them. */
  boolean rescores();
}
