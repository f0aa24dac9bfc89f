/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.score.CodeFilter;
import io.quantvec.codec.simd.RecordReader;
import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.util.Bits;

/**
 * Searches a segment without a graph: scores the codes of all vectors that may be hits. The query
 * is coarse where the strategy rescores candidates. Once the collector has enough candidates, a
 * filter drops most codes of bits before they are scored, see {@link CodeFilter}.
 */
public final class CodeScan {

  /** Codes scored at once, as many as in Lucene's own scans. */
  private static final int SCORED_AT_ONCE = RecordReader.SCAN_GROUP;

  /** Codes filtered at first before the least competitive score is read again. */
  private static final int FILTERED_AT_ONCE = 256;

  /** Later that score hardly rises; two microseconds of work. */
  private static final int MOST_FILTERED = 1_024;

  private final QuantizedField field;
  private final OrdinalScorer scorer;
  private final Bits acceptedOrds;
  private final KnnCollector collector;
  private final int[] ords = new int[MOST_FILTERED];
  private final float[] scores = new float[MOST_FILTERED];

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
  public static void search(
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
    Optional<CodeFilter> filter = scorer.codes().filter();
    int ord = 0;
    while (ord < size && !collector.earlyTerminated()) {
      long left = collector.visitLimit() - collector.visitedCount();
      float least = collector.minCompetitiveSimilarity();
      int filtered = ord < MOST_FILTERED ? FILTERED_AT_ONCE : MOST_FILTERED;
      if (filter.isPresent() && least > 0 && filtered <= left) {
        int end = Math.min(ord + filtered, size);
        scoreFiltered(filter.get(), ord, end, least);
        ord = end;
      } else {
        ord = scoreAll(ord, (int) Math.min(SCORED_AT_ONCE, left));
      }
    }
  }

  /**
   * Scores the codes that pass the filter.
   *
   * @param from a multiple of {@link RecordReader#SCAN_GROUP}
   */
  private void scoreFiltered(CodeFilter filter, int from, int end, float least) throws IOException {
    int count = filter.mayScore(from, end - from, least, field.termBounds(filter), ords);
    int visited = end - from;
    if (acceptedOrds != null) {
      count = accepted(count);
      for (int ord = from; ord < end; ord++) {
        visited -= acceptedOrds.get(ord) ? 0 : 1;
      }
    }
    collector.incVisitedCount(visited);
    score(count);
  }

  /** Scores at most a number of codes; returns the ordinal after the last one. */
  private int scoreAll(int from, int most) throws IOException {
    // Ends at a multiple of the group size, unless the limit of visits is near.
    int end = most < SCORED_AT_ONCE ? scorer.maxOrd() : Math.min(from + most, scorer.maxOrd());
    int ord = from;
    int count = 0;
    for (; ord < end && count < most; ord++) {
      if (acceptedOrds == null || acceptedOrds.get(ord)) {
        ords[count++] = ord;
      }
    }
    collector.incVisitedCount(count);
    score(count);
    return ord;
  }

  /** Drops ordinals that may not be hits; returns how many are left. */
  private int accepted(int count) {
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
