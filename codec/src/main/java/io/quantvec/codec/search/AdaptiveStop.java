/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.util.hnsw.FloatHeap;

/** Knows during a walk through a graph how far it goes on, as {@link DefaultEffort} has it. */
public final class AdaptiveStop {

  private final DefaultEffort effort;

  /** The scores of the neighbors, the worst on top. */
  private final FloatHeap nearest;

  /** The scores of as many candidates as are kept in any case; null if these are the neighbors. */
  private final FloatHeap kept;

  private float bound = Float.NEGATIVE_INFINITY;

  /** A stop for one walk. */
  public AdaptiveStop(DefaultEffort effort) {
    this.effort = effort;
    this.nearest = new FloatHeap(effort.neighbors());
    this.kept = effort.least() == effort.neighbors() ? null : new FloatHeap(effort.least());
  }

  /** Notes a vector that may be a hit. */
  public void offer(float score) {
    boolean changed = nearest.offer(score);
    changed |= kept != null && kept.offer(score);
    if (changed && nearest.size() == effort.neighbors()) {
      bound = effort.bound(nearest.peek());
      if (kept != null) {
        bound =
            kept.size() < effort.least() ? Float.NEGATIVE_INFINITY : Math.min(bound, kept.peek());
      }
    }
  }

  /** The score below which no vector is worth going on from; never falls. */
  public float bound() {
    return bound;
  }
}
