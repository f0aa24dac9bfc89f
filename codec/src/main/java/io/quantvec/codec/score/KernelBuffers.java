/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

/**
 * Buffers of what a kernel reads and returns for many codes, kept between calls. For one thread.
 */
final class KernelBuffers {

  private long[] offsets = new long[0];
  private int[] integers = new int[0];
  private float[] floats = new float[0];
  private double[] products = new double[0];

  /** At least so many offsets of records. */
  long[] offsets(int count) {
    if (offsets.length < count) {
      offsets = new long[count];
    }
    return offsets;
  }

  /** At least so many results that are integers. */
  int[] integers(int count) {
    if (integers.length < count) {
      integers = new int[count];
    }
    return integers;
  }

  /** At least so many results that are floats. */
  float[] floats(int count) {
    if (floats.length < count) {
      floats = new float[count];
    }
    return floats;
  }

  /** At least so many inner products. */
  double[] products(int count) {
    if (products.length < count) {
      products = new double[count];
    }
    return products;
  }
}
