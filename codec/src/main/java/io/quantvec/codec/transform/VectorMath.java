/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/** Arithmetic on float vectors with double precision sums. */
public final class VectorMath {

  private VectorMath() {}

  /** A copy scaled to unit length. A vector of zeros stays zero. */
  public static float[] normalized(float[] vector) {
    double norm = length(vector);
    float[] unit = new float[vector.length];
    if (norm > 0) {
      for (int d = 0; d < vector.length; d++) {
        unit[d] = (float) (vector[d] / norm);
      }
    }
    return unit;
  }

  /** The dot product of two vectors of equal length. */
  public static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }

  /** The squared length of a vector. Lengths that are allowed would overflow a float. */
  public static double squaredLength(float[] vector) {
    return dot(vector, vector);
  }

  /** The length of a vector. */
  public static double length(float[] vector) {
    return Math.sqrt(squaredLength(vector));
  }
}
