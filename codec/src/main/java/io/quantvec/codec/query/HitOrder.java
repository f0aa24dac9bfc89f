/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import java.util.Arrays;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.NumericUtils;

/**
 * Sorts hits by sorting numbers. The JVM recompiles a sort with a comparator many times, because
 * each list's order invalidates assumptions of the compiled code. In a JVM that had just started,
 * this took a quarter of the compiler's time.
 */
final class HitOrder {

  private HitOrder() {}

  /** The segment in the upper 32 bits and the document in the lower 32 bits. */
  private static long place(ScoreDoc hit) {
    return (long) hit.shardIndex << Integer.SIZE | hit.doc;
  }

  /** Sorts hits like {@link CandidateRescoring#BY_DOC}. Documents must be distinct. */
  static void sortByDoc(ScoreDoc[] hits) {
    long[] places = new long[hits.length];
    boolean sorted = true;
    for (int i = 0; i < places.length; i++) {
      places[i] = place(hits[i]);
      sorted &= i == 0 || places[i - 1] <= places[i];
    }
    if (sorted) {
      return;
    }
    Arrays.sort(places);
    ScoreDoc[] unsorted = hits.clone();
    for (ScoreDoc hit : unsorted) {
      hits[Arrays.binarySearch(places, place(hit))] = hit;
    }
  }

  /** Sorts hits like {@link CandidateRescoring#BEST_FIRST}. Documents must be distinct. */
  static void sortBestFirst(ScoreDoc[] hits) {
    sortByDoc(hits);
    long[] ranks = new long[hits.length];
    for (int i = 0; i < ranks.length; i++) {
      ranks[i] = (long) NumericUtils.floatToSortableInt(-hits[i].score) << Integer.SIZE | i;
    }
    Arrays.sort(ranks);
    ScoreDoc[] unsorted = hits.clone();
    for (int i = 0; i < ranks.length; i++) {
      hits[i] = unsorted[(int) ranks[i]];
    }
  }
}
