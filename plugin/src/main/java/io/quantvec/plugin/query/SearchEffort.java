/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

/**
 * The k nearest vectors, and how much of a shard is looked at to find them.
 *
 * @param k hits that are returned, at least 1; of nested vectors, parents that have hits
 * @param rescored candidates of the whole shard that are scored again from the finer copy: 0 for
 *     none, otherwise at least k
 * @param ef candidates that are kept in each segment while its graph is searched, at least k
 */
public record SearchEffort(int k, int rescored, int ef) implements SearchGoal {

  public SearchEffort {
    if (k < 1 || ef < k || (rescored != 0 && rescored < k)) {
      throw new IllegalArgumentException(
          "k must be at least 1, and ef and rescored at least k: k="
              + k
              + ", rescored="
              + rescored
              + ", ef="
              + ef);
    }
  }

  /** Candidates that each segment must deliver if it has them. */
  int candidates() {
    return Math.max(k, rescored);
  }

  /** Candidates that a graph search keeps. */
  int graphCandidates() {
    return Math.max(ef, rescored);
  }

  @Override
  public boolean rescores() {
    return rescored > 0;
  }

  @Override
  public int expectedHits() {
    return k;
  }
}
