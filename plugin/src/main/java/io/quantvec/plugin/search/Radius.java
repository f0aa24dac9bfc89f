/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

/**
 * The goal to find all vectors that score high enough.
 *
 * @param minScore the least score of a hit, as the field's space type has scores
 * @param rescores whether the score of the rerank copy decides, which is read for every vector that
 *     its code cannot rule out; otherwise the score of the code decides
 * @param maxHits more hits than this in a shard are an error
 */
public record Radius(float minScore, boolean rescores, int maxHits) implements SearchGoal {

  public Radius {
    if (!(minScore >= 0) || maxHits < 1) {
      throw new IllegalArgumentException(
          "minScore must not be negative, and maxHits at least 1: minScore="
              + minScore
              + ", maxHits="
              + maxHits);
    }
  }

  @Override
  public int expectedHits() {
    return maxHits;
  }
}
