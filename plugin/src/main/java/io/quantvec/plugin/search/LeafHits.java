/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.util.Arrays;

/**
 * Hits of one segment.
 *
 * @param docs the segment's own document numbers, ascending
 * @param scores the hits' scores
 */
record LeafHits(int[] docs, float[] scores) {

  static final LeafHits NONE = new LeafHits(new int[0], new float[0]);

  int size() {
    return docs.length;
  }

  float score(int index) {
    return scores[index];
  }

  /** The hit of a document, negative if there is none. */
  int indexOf(int doc) {
    return Arrays.binarySearch(docs, doc);
  }
}
