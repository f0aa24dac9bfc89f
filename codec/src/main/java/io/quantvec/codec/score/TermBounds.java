/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.simd.RecordReader;
import java.util.Arrays;

/**
 * Bounds of the terms of a segment's codes, for each {@link RecordReader#SCAN_GROUP} codes. NaN
 * where a term is NaN. The bounds take a fifth of a byte per vector.
 */
public final class TermBounds {

  private final float[] maxRescales;
  private final float[] minAdditives;
  private final float[] maxAdditives;

  /**
   * @param codes of the segment
   */
  TermBounds(int codes) {
    int groups = (codes + RecordReader.SCAN_GROUP - 1) / RecordReader.SCAN_GROUP;
    this.maxRescales = new float[groups];
    this.minAdditives = new float[groups];
    this.maxAdditives = new float[groups];
    Arrays.fill(minAdditives, Float.POSITIVE_INFINITY);
    Arrays.fill(maxAdditives, Float.NEGATIVE_INFINITY);
  }

  /** Includes the terms of a code, rounded to floats away from the values that they bound. */
  void add(int code, double rescale, double additive) {
    int group = code / RecordReader.SCAN_GROUP;
    maxRescales[group] = Math.max(maxRescales[group], Math.nextUp((float) rescale));
    minAdditives[group] = Math.min(minAdditives[group], Math.nextDown((float) additive));
    maxAdditives[group] = Math.max(maxAdditives[group], Math.nextUp((float) additive));
  }

  /** The largest rescale term of a group. */
  double maxRescale(int group) {
    return maxRescales[group];
  }

  /** The smallest additive term of a group. */
  double minAdditive(int group) {
    return minAdditives[group];
  }

  /** The largest additive term of a group. */
  double maxAdditive(int group) {
    return maxAdditives[group];
  }

  /** Bytes on the heap. */
  public long ramBytesUsed() {
    return 3L * Float.BYTES * maxRescales.length;
  }
}
