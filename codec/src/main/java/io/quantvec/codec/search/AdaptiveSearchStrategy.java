/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import java.util.Objects;
import org.apache.lucene.search.knn.KnnSearchStrategy;

/**
 * A search strategy whose {@link DefaultEffort} decides how far a graph is searched. The collector
 * keeps {@link DefaultEffort#most} candidates, which other formats use as ef.
 */
public final class AdaptiveSearchStrategy extends KnnSearchStrategy.Hnsw
    implements RescoringStrategy {

  private final boolean coarse;
  private final DefaultEffort effort;

  /**
   * @param filteredSearchThreshold the percentage of matching documents, 0 to 100, below which a
   *     filtered search of a graph uses Lucene's filtered algorithm
   * @param coarse whether the query may be rounded to fewer bits, because candidates are rescored
   * @param effort how far the graph is searched
   */
  public AdaptiveSearchStrategy(int filteredSearchThreshold, boolean coarse, DefaultEffort effort) {
    super(filteredSearchThreshold);
    this.coarse = coarse;
    this.effort = Objects.requireNonNull(effort, "effort");
  }

  @Override
  public boolean rescores() {
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
