/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.graph;

import org.apache.lucene.util.ArrayUtil;

/**
 * The ordinals that a search has visited. The time to clear the set depends on the length of the
 * search and not on the size of the segment, so one instance can be reused for many searches.
 */
final class VisitedOrds {

  private long[] words = new long[0];
  private int[] touched = new int[64];
  private int touchedCount;

  /** Removes all ordinals and makes room for ordinals below a size. */
  void clear(int size) {
    for (int i = 0; i < touchedCount; i++) {
      words[touched[i]] = 0;
    }
    touchedCount = 0;
    int needed = (size + Long.SIZE - 1) / Long.SIZE;
    if (words.length < needed) {
      words = new long[needed];
    }
  }

  /**
   * Adds an ordinal.
   *
   * @return whether the ordinal is new
   */
  boolean add(int ord) {
    int index = ord >>> 6;
    long word = words[index];
    long bit = 1L << ord;
    if ((word & bit) != 0) {
      return false;
    }
    words[index] = word | bit;
    if (word == 0) {
      if (touchedCount == touched.length) {
        touched = ArrayUtil.grow(touched);
      }
      touched[touchedCount++] = index;
    }
    return true;
  }

  /** Bytes on the heap. */
  long ramBytesUsed() {
    return (long) Long.BYTES * words.length + (long) Integer.BYTES * touched.length;
  }
}
