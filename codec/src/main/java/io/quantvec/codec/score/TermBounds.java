/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.simd.RecordReader;
import java.util.Arrays;

/**
 * Between what the terms of a segment's codes lie, see {@link CodeScorer}, for each {@link
 * RecordReader#SCAN_GROUP} codes. NaN where a term is. It takes a fifth of a byte a vector.
 */
public final class TermBounds {

  private final float[] maxFactors;
  private final float[] minAdditives;
  private final float[] maxAdditives;

  /**
   * @param codes of the segment
   */
  TermBounds(int codes) {
    int groups = (codes + RecordReader.SCAN_GROUP - 1) / RecordReader.SCAN_GROUP;
    this.maxFactors = new float[groups];
    this.minAdditives = new float[groups];
    this.maxAdditives = new float[groups];
    Arrays.fill(minAdditives, Float.POSITIVE_INFINITY);
    Arrays.fill(maxAdditives, Float.NEGATIVE_INFINITY);
  }

  /** Takes in the terms of a code; both are rounded to floats, away from what they bound. */
  void add(int code, double factor, double additive) {
    int group = code / RecordReader.SCAN_GROUP;
    maxFactors[group] = Math.max(maxFactors[group], Math.nextUp((float) factor));
    minAdditives[group] = Math.min(minAdditives[group], Math.nextDown((float) additive));
    maxAdditives[group] = Math.max(maxAdditives[group], Math.nextUp((float) additive));
  }

  /** The largest f of a group. */
  double maxFactor(int group) {
    return maxFactors[group];
  }

  /** The smallest g of a group. */
  double minAdditive(int group) {
    return minAdditives[group];
  }

  /** The largest g of a group. */
  double maxAdditive(int group) {
    return maxAdditives[group];
  }

  /** Bytes on the heap. */
  public long ramBytesUsed() {
    return 3L * Float.BYTES * maxFactors.length;
  }
}
