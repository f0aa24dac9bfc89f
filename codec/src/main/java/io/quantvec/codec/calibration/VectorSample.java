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

  /** Past this many vectors the scales of int8 and of uniform codes no longer move. */
  static final int MAX_VECTORS = 10_000;

  /** 32 MB: the bound for large dimensions, about 520 vectors of the largest one. */
  static final int MAX_FLOATS = 1 << 23;

  private final int capacity;
  private final List<float[]> vectors = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(0);
  private long seen;

  /**
   * @param dimension length of the vectors
   */
  public VectorSample(int dimension) {
    this.capacity = Math.max(1, Math.min(MAX_VECTORS, MAX_FLOATS / dimension));
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
