/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.io.IOException;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomVectorScorer;

/**
 * Searches a segment without a graph: scores the codes of all vectors that may be hits. Lucene's
 * reader would do so too, but with a query as fine as for final scores also where the strategy asks
 * for candidates.
 */
final class CodeScan {

  /** As many as Lucene's own scans score at once: enough for the kernels, and few to start with. */
  private static final int SCORED_AT_ONCE = 64;

  private CodeScan() {}

  /**
   * Collects the documents whose vectors are nearest by their codes.
   *
   * @param values the segment's vectors
   * @param collector told of every vector that is scored, and asked before each batch whether to
   *     stop; no more vectors are scored than its limit of visits
   * @param acceptDocs the documents that may be hits
   */
  static void search(
      QuantizedFloatVectorValues values,
      float[] target,
      KnnCollector collector,
      AcceptDocs acceptDocs)
      throws IOException {
    int size = values.size();
    if (size == 0 || collector.k() == 0) {
      return;
    }
    RandomVectorScorer scorer = values.randomScorer(target, collector.getSearchStrategy());
    Bits accepted = acceptDocs.bits();
    Bits acceptedOrds = accepted == null ? null : scorer.getAcceptOrds(accepted);
    int[] ords = new int[SCORED_AT_ONCE];
    float[] scores = new float[SCORED_AT_ONCE];
    for (int ord = 0; ord < size && !collector.earlyTerminated(); ) {
      long left = collector.visitLimit() - collector.visitedCount();
      int room = (int) Math.min(SCORED_AT_ONCE, left);
      int count = 0;
      for (; ord < size && count < room; ord++) {
        if (acceptedOrds == null || acceptedOrds.get(ord)) {
          ords[count++] = ord;
        }
      }
      if (count == 0) {
        return;
      }
      collector.incVisitedCount(count);
      if (scorer.bulkScore(ords, scores, count) > collector.minCompetitiveSimilarity()) {
        for (int i = 0; i < count; i++) {
          collector.collect(scorer.ordToDoc(ords[i]), scores[i]);
        }
      }
    }
  }
}
