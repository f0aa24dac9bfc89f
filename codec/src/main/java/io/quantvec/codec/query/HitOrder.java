/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.query;

import java.util.Arrays;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.NumericUtils;

/**
 * Sorts lists of hits as numbers. The JVM compiles a sort with a comparator again and again, as
 * each list's order is a surprise to what it has compiled: in a JVM that has just started, that
 * took a quarter of the compilers' time.
 */
final class HitOrder {

  private HitOrder() {}

  /** The segment as the upper 32 bits, and the document. */
  private static long place(ScoreDoc hit) {
    return (long) hit.shardIndex << Integer.SIZE | hit.doc;
  }

  /** Sorts hits as {@link CandidateRescoring#BY_DOC} does. No document may be there twice. */
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

  /** Sorts hits as {@link CandidateRescoring#BEST_FIRST} does. No document may be there twice. */
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
