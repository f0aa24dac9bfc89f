/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.search;

import java.util.Arrays;
import org.apache.lucene.search.DocIdSetIterator;

/** Iterates over ascending document numbers. */
final class HitsIterator extends DocIdSetIterator {

  private final int[] docs;
  private int index = -1;

  HitsIterator(int[] docs) {
    this.docs = docs;
  }

  /** The index of the current document. */
  int index() {
    return index;
  }

  @Override
  public int docID() {
    if (index < 0) {
      return -1;
    }
    return index < docs.length ? docs[index] : NO_MORE_DOCS;
  }

  @Override
  public int nextDoc() {
    index = Math.min(index + 1, docs.length);
    return docID();
  }

  @Override
  public int advance(int target) {
    int from = Math.min(index + 1, docs.length);
    int found = Arrays.binarySearch(docs, from, docs.length, target);
    index = found >= 0 ? found : -1 - found;
    return docID();
  }

  @Override
  public long cost() {
    return docs.length;
  }
}
