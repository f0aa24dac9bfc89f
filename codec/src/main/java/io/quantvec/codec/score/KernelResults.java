/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

/** Room for what a kernel returns of many codes, kept from call to call. For one thread. */
final class KernelResults {

  private int[] integers = new int[0];
  private float[] floats = new float[0];

  /** Room for at least so many whole numbers. */
  int[] integers(int count) {
    if (integers.length < count) {
      integers = new int[count];
    }
    return integers;
  }

  /** Room for at least so many floats. */
  float[] floats(int count) {
    if (floats.length < count) {
      floats = new float[count];
    }
    return floats;
  }
}
