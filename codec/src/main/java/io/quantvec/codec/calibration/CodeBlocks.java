/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

/**
 * How many bits and which steps the dimensions of a code have. Dimensions lie in blocks, and all
 * dimensions of a block have the same bits and the same step. A code value u of b bits represents
 * (u - (2^b - 1) / 2) * step. With 8 bits, codes are signed, within +-127, and represent u * step.
 *
 * @param size dimensions per block; the last block may be shorter
 * @param bits bits per dimension of each block: 0 to 8
 * @param steps distance between adjacent code values of each block; finite and not negative
 */
public record CodeBlocks(int size, byte[] bits, float[] steps) {

  public CodeBlocks {
    if (bits.length != steps.length) {
      throw new IllegalArgumentException(
          "expected bits and steps of the same number of blocks, got "
              + bits.length
              + " and "
              + steps.length);
    }
    for (int i = 0; i < bits.length; i++) {
      if (bits[i] < 0 || bits[i] > 8) {
        throw new IllegalArgumentException("expected 0 to 8 bits per dimension, got " + bits[i]);
      }
      if (!(steps[i] >= 0 && steps[i] < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("expected a finite step of at least 0, got " + steps[i]);
      }
    }
  }
}
