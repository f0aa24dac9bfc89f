/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.util.Objects;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * Says that a graph is searched as far as {@link DefaultEffort} has it. The collector keeps {@link
 * DefaultEffort#most} candidates. Other formats search with that as their ef.
 */
public final class AdaptiveSearchStrategy extends KnnSearchStrategy.Hnsw {

  private final boolean coarse;
  private final DefaultEffort effort;

  /**
   * @param filteredSearchThreshold the percentage of documents under which a filter changes how the
   *     graph is searched, 0 to 100
   * @param coarse whether a query of fewer bits is good enough, as the candidates will be rescored
   * @param effort how far the graph is searched
   */
  public AdaptiveSearchStrategy(int filteredSearchThreshold, boolean coarse, DefaultEffort effort) {
    super(filteredSearchThreshold);
    this.coarse = coarse;
    this.effort = Objects.requireNonNull(effort, "effort");
  }

  /** Whether candidates will be rescored. */
  public boolean coarse() {
    return coarse;
  }

  /** How far the graph is searched. */
  public DefaultEffort effort() {
    return effort;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AdaptiveSearchStrategy strategy
        && super.equals(other)
        && coarse == strategy.coarse
        && effort.equals(strategy.effort);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), coarse, effort);
  }
}
