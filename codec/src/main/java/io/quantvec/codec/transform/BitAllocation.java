/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * How many bits each block of dimensions gets: reverse water-filling in whole bits (Cover and
 * Thomas, "Elements of Information Theory", section 10.3.3; greedy allocation as in Gersho and
 * Gray, "Vector Quantization and Signal Compression", section 8.3).
 */
public final class BitAllocation {

  /** The most bits a dimension can get. */
  public static final int MAX_BITS = 8;

  /**
   * Eigenvalues are taken to be at least this. Directions are unit vectors, so a dimension that
   * moves at all is far above it.
   */
  static final double MIN_EIGENVALUE = 1e-20;

  /** What the uniform quantizer leaves of a unit normal's variance (J. Max, 1960), by bits. */
  private static final double[] DISTORTION = {
    1, .3634, .1188, .03744, .01154, .003495, .001041, .0003035, .0000872
  };

  private BitAllocation() {}

  /**
   * The mean squared error of the uniform quantizer with the steps of {@link UniformQuantizer} on a
   * unit normal.
   *
   * @param bits bits a code, 0 to 8
   * @return 1 for no bits, falling to 0.0000872
   */
  public static double distortion(int bits) {
    return DISTORTION[bits];
  }

  /**
   * The bits that a code of a vector may take.
   *
   * @param bitsPerDimension finite and positive, not necessarily whole
   * @param dimension components a vector, at least 1
   * @return the product, rounded down, and at least 1
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static int budget(double bitsPerDimension, int dimension) {
    if (!(bitsPerDimension > 0 && bitsPerDimension <= MAX_BITS) || dimension < 1) {
      throw new IllegalArgumentException(
          "expected up to 8 bits for at least 1 dimension, got "
              + bitsPerDimension
              + " for "
              + dimension);
    }
    return (int) Math.max(1, Math.floor(bitsPerDimension * dimension));
  }

  /**
   * Shares a budget out. One bit a dimension after the other goes to the block where it gains most,
   * V (D[b] - D[b + 1]) / size, V being the block's sum of eigenvalues to the power 1.5: recall
   * asks for more weight on the leading dimensions than the squared error would give. A block never
   * gets more bits than the one before it.
   *
   * @param eigenvalues variance a dimension, descending; what is below 1e-20 counts as that
   * @param blockSize dimensions a block; the last block may be shorter
   * @param budget bits a vector; at least what the first block takes for one bit a dimension
   * @return bits a dimension for each block, 0 to 8, the first at least 1, never rising; times the
   *     sizes they sum to at most the budget
   * @throws IllegalArgumentException if the budget does not pay for the first block
   */
  public static byte[] allocate(double[] eigenvalues, int blockSize, int budget) {
    int dimension = eigenvalues.length;
    int blocks = blockCount(dimension, blockSize);
    if (dimension == 0 || budget < Math.min(blockSize, dimension)) {
      throw new IllegalArgumentException(
          "a budget of " + budget + " bits does not pay for a block of " + blockSize);
    }
    double[] weights = new double[blocks];
    for (int d = 0; d < dimension; d++) {
      double value = Math.max(eigenvalues[d], MIN_EIGENVALUE);
      weights[d / blockSize] += value * Math.sqrt(value);
    }
    byte[] bits = new byte[blocks];
    int left = budget;
    while (true) {
      int best = -1;
      double bestGain = 0;
      for (int block = 0; block < blocks; block++) {
        int size = Math.min(blockSize, dimension - block * blockSize);
        int limit = block == 0 ? MAX_BITS : bits[block - 1];
        if (bits[block] >= limit || size > left) {
          continue;
        }
        double gain =
            weights[block] * (DISTORTION[bits[block]] - DISTORTION[bits[block] + 1]) / size;
        if (gain > bestGain) {
          bestGain = gain;
          best = block;
        }
      }
      if (best < 0) {
        return bits;
      }
      bits[best]++;
      left -= Math.min(blockSize, dimension - best * blockSize);
    }
  }

  /** Blocks of a vector: the last one may be shorter. */
  public static int blockCount(int dimension, int blockSize) {
    if (blockSize < 1) {
      throw new IllegalArgumentException("expected a block of at least 1, got " + blockSize);
    }
    return (dimension - 1) / blockSize + 1;
  }
}
