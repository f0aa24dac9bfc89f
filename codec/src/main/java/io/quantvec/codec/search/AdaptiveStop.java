/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.util.hnsw.FloatHeap;

/**
 * Decides during the search of a graph when the search stops, according to a {@link DefaultEffort}.
 */
public final class AdaptiveStop {

  private final DefaultEffort effort;

  /** The scores of the nearest vectors found, with the worst on top. */
  private final FloatHeap nearest;

  /**
   * The best {@link DefaultEffort#least} scores, with the worst on top; null if {@link #nearest}
   * already contains as many.
   */
  private final FloatHeap kept;

  private float bound = Float.NEGATIVE_INFINITY;

  /** Creates a stop for the search of one graph. */
  public AdaptiveStop(DefaultEffort effort) {
    this.effort = effort;
    this.nearest = new FloatHeap(effort.neighbors());
    this.kept = effort.least() == effort.neighbors() ? null : new FloatHeap(effort.least());
  }

  /** Adds the score of a vector that may be a hit. */
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

  /** The score below which the search does not continue from a vector; never decreases. */
  public float bound() {
    return bound;
  }
}
