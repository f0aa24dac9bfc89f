/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.io.IOException;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;

/**
 * Searches a segment without a graph: scores the codes of all vectors that may be hits. Lucene's
 * reader would do so too, but with a query as fine as for final scores also where the strategy asks
 * for candidates. Once the collector has its candidates, codes of bits get a first look that tells
 * which of them may be among these.
 */
final class CodeScan {

  /** As many as Lucene's own scans score at once: enough for the kernels, and few to start with. */
  private static final int SCORED_AT_ONCE = 64;

  /** Codes that a filter looks at before the bound that it goes by may rise. */
  private static final int LOOKED_AT_ONCE = 256;

  private final QuantizedField field;
  private final OrdinalScorer scorer;
  private final Bits acceptedOrds;
  private final KnnCollector collector;
  private final int[] ords = new int[LOOKED_AT_ONCE];
  private final float[] scores = new float[LOOKED_AT_ONCE];

  private CodeScan(
      QuantizedField field, OrdinalScorer scorer, Bits acceptedOrds, KnnCollector collector) {
    this.field = field;
    this.scorer = scorer;
    this.acceptedOrds = acceptedOrds;
    this.collector = collector;
  }

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
    if (values.size() == 0 || collector.k() == 0) {
      return;
    }
    OrdinalScorer scorer = values.codeScorer(target, collector.getSearchStrategy());
    Bits accepted = acceptDocs.bits();
    Bits acceptedOrds = accepted == null ? null : scorer.getAcceptOrds(accepted);
    new CodeScan(values.field(), scorer, acceptedOrds, collector).run();
  }

  private void run() throws IOException {
    int size = scorer.maxOrd();
    boolean filters = scorer.codes().filters();
    int ord = 0;
    while (ord < size && !collector.earlyTerminated()) {
      long left = collector.visitLimit() - collector.visitedCount();
      float least = collector.minCompetitiveSimilarity();
      int next;
      if (filters && least > 0) {
        next = (int) Math.min(Math.min(ord + LOOKED_AT_ONCE, size), ord + left);
        int count =
            scorer.codes().mayScore(ord, next - ord, least, field.terms(scorer.codes()), ords);
        collector.incVisitedCount(next - ord);
        score(accepted(count));
      } else {
        int count = 0;
        int room = (int) Math.min(SCORED_AT_ONCE, left);
        for (next = ord; next < size && count < room; next++) {
          if (acceptedOrds == null || acceptedOrds.get(next)) {
            ords[count++] = next;
          }
        }
        collector.incVisitedCount(count);
        score(count);
      }
      ord = next;
    }
  }

  /** Drops ordinals that may not be hits; returns how many are left. */
  private int accepted(int count) {
    if (acceptedOrds == null) {
      return count;
    }
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (acceptedOrds.get(ords[i])) {
        ords[left++] = ords[i];
      }
    }
    return left;
  }

  private void score(int count) throws IOException {
    if (count > 0
        && scorer.bulkScore(ords, scores, count) >= collector.minCompetitiveSimilarity()) {
      for (int i = 0; i < count; i++) {
        collector.collect(scorer.ordToDoc(ords[i]), scores[i]);
      }
    }
  }
}
