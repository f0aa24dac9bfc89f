/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A uniform sample of a stream of vectors whose length is not known before (reservoir sampling,
 * Vitter's algorithm R), bounded in memory and the same for the same stream.
 */
public final class VectorSample {

  /** From 4,000 to 20,000 vectors the recall of learned one bit codes rose by .3 points only. */
  static final int MAX_VECTORS = 20_000;

  /** 64 MB: the bound for large dimensions, about 1,050 vectors of the largest one. */
  static final int MAX_FLOATS = 1 << 24;

  private final int capacity;
  private final List<float[]> vectors = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(0);
  private long seen;

  /**
   * @param dimension length of the vectors
   */
  public VectorSample(int dimension) {
    this.capacity = capacity(dimension);
  }

  /** The most vectors of a dimension that a sample takes. */
  public static int capacity(int dimension) {
    return Math.max(1, Math.min(MAX_VECTORS, MAX_FLOATS / dimension));
  }

  /** Vectors offered so far. */
  public long seen() {
    return seen;
  }

  /** Offers a vector, which is copied if it is taken. */
  public void offer(float[] vector) {
    seen++;
    if (vectors.size() < capacity) {
      vectors.add(vector.clone());
    } else {
      long slot = random.nextLong(seen);
      if (slot < capacity) {
        System.arraycopy(vector, 0, vectors.get((int) slot), 0, vector.length);
      }
    }
  }

  /** The vectors taken; the caller may change them. */
  public List<float[]> vectors() {
    return vectors;
  }
}
