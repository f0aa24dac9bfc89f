/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import java.io.IOException;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TimeLimitingKnnCollectorManager;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.join.DiversifyingNearestChildrenKnnCollectorManager;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;

/** Finds a segment's candidates, in the graph or by scoring every vector that may be a hit. */
final class LeafSearch {

  /**
   * Vectors that a scan scores in the time in which a walk scores one. Of 104,575 with a filter a
   * scan took 34 ns a vector of 52 bytes and some 110 of 196 and 392, a walk some 190 of any.
   */
  private static final double SCANNED_FOR_ONE_WALKED = 2.5;

  private static final double SHORT_SCANNED_FOR_ONE_WALKED = 4;

  /** Bytes of a code that is short: two cache lines, which the CPU fetches at once. */
  private static final int SHORT = 128;

  private final LeafVectors vectors;
  private final SearchEffort effort;
  private final Siblings siblings;
  private final QueryTimeout timeout;
  private final boolean filtered;

  /**
   * @param vectors the segment
   * @param effort how much is looked at
   * @param siblings if only a parent's best vector counts; else null
   * @param timeout when to stop; null for never
   * @param filtered whether only some documents may be hits
   */
  LeafSearch(
      LeafVectors vectors,
      SearchEffort effort,
      Siblings siblings,
      QueryTimeout timeout,
      boolean filtered) {
    this.vectors = vectors;
    this.effort = effort;
    this.siblings = siblings;
    this.timeout = timeout;
    this.filtered = filtered;
  }

  /** The segment's best candidates by the scores of their codes. */
  LeafCandidates search() throws IOException {
    int size = vectors.size();
    if (size == 0 || (siblings != null && siblings.parents(vectors.context()) == null)) {
      return LeafCandidates.NONE;
    }
    if (vectors.timedOut()) {
      return LeafCandidates.INTERRUPTED;
    }
    AcceptDocs accepted = vectors.accepted();
    if (accepted == null) {
      return LeafCandidates.NONE;
    }
    if (!filtered) {
      return search(accepted, size, Integer.MAX_VALUE);
    }
    int matches = accepted.cost();
    if (matches == 0) {
      return LeafCandidates.NONE;
    }
    double scannedForOneWalked =
        vectors.codeBytes() > SHORT ? SCANNED_FOR_ONE_WALKED : SHORT_SCANNED_FOR_ONE_WALKED;
    if (matches <= scannedForOneWalked * expectedVisits(size, matches)) {
      return scan(accepted);
    }
    // A graph search that scores more vectors than match is worth less than scoring these.
    return search(accepted, matches, matches + 1);
  }

  /** Vectors that a walk scores before it has found enough that pass the filter. */
  private double expectedVisits(int size, int matches) {
    int candidates = Math.min(effort.expectedGraphCandidates(), matches);
    return (double) HnswGraphSearcher.expectedVisitedNodes(candidates, size) * size / matches;
  }

  /**
   * @param matches an upper bound of the vectors that may be hits, exact with a filter
   * @param visitLimit vectors that the graph search may score
   */
  private LeafCandidates search(AcceptDocs accepted, int matches, int visitLimit)
      throws IOException {
    KnnCollector collector = newCollector(Math.min(effort.graphCandidates(), matches), visitLimit);
    if (!vectors.searchGraph(collector, accepted)) {
      return scan(accepted);
    }
    TopDocs found = collector.topDocs();
    if (vectors.timedOut()) {
      return new LeafCandidates(found.scoreDocs, true);
    }
    boolean gaveUp = found.totalHits.relation() != TotalHits.Relation.EQUAL_TO;
    // The graph may be in pieces, above all where most of it is deleted or filtered away.
    int wanted = Math.min(effort.candidates(), matches);
    return gaveUp || (found.scoreDocs.length < wanted && found.scoreDocs.length < hitsAtMost())
        ? scan(accepted)
        : new LeafCandidates(found.scoreDocs, false);
  }

  /** Of nested vectors, one of each parent is found. */
  private int hitsAtMost() throws IOException {
    return siblings == null ? Integer.MAX_VALUE : siblings.parents(vectors.context()).cardinality();
  }

  private KnnCollector newCollector(int candidates, int visitLimit) throws IOException {
    KnnCollectorManager manager = collectors(candidates);
    if (timeout != null) {
      manager = new TimeLimitingKnnCollectorManager(manager, timeout);
    }
    return manager.newCollector(visitLimit, vectors.strategy(), vectors.context());
  }

  private KnnCollectorManager collectors(int candidates) {
    return siblings == null
        ? (limit, strategy, leaf) -> new TopKnnCollector(candidates, limit, strategy)
        : new DiversifyingNearestChildrenKnnCollectorManager(candidates, siblings.parents(), null);
  }

  private LeafCandidates scan(AcceptDocs accepted) throws IOException {
    KnnCollector best =
        collectors(Math.min(effort.candidates(), vectors.size()))
            .newCollector(Integer.MAX_VALUE, vectors.strategy(), vectors.context());
    boolean complete = vectors.scan(vectors.codeScorer(), accepted.iterator(), best::collect);
    return new LeafCandidates(best.topDocs().scoreDocs, !complete);
  }
}
