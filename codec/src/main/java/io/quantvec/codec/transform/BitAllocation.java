/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * Chooses how many bits each block of dimensions gets: reverse water-filling in whole bits (Cover
 * and Thomas, "Elements of Information Theory", section 10.3.3; greedy allocation as in Gersho and
 * Gray, "Vector Quantization and Signal Compression", section 8.3).
 */
public final class BitAllocation {

  /** The most bits that one dimension can get. */
  public static final int MAX_BITS = 8;

  /**
   * Smaller eigenvalues count as this value, which keeps the scales of blocks positive. Residual
   * directions are unit vectors, so the variance of any dimension that varies at all is far larger.
   */
  static final double MIN_EIGENVALUE = 1e-20;

  /**
   * Mean squared error of the best uniform quantizer on a unit normal variable (J. Max, 1960),
   * indexed by bits.
   */
  private static final double[] DISTORTION = {
    1, .3634, .1188, .03744, .01154, .003495, .001041, .0003035, .0000872
  };

  private BitAllocation() {}

  /**
   * The mean squared error of a quantizer with the steps of {@link UniformQuantizer} on a unit
   * normal variable.
   *
   * @param bits bits per code, 0 to 8
   * @return 1 for 0 bits, decreasing to 0.0000872 for 8 bits
   */
  public static double distortion(int bits) {
    return DISTORTION[bits];
  }

  /**
   * The number of bits that the code of one vector may use.
   *
   * @param bitsPerDimension finite and positive, not necessarily whole
   * @param dimension components per vector, at least 1
   * @return the product, rounded down, and at least 1
   * @throws IllegalArgumentException if an argument is out of its range
   */
  public static int budget(double bitsPerDimension, int dimension) {
    if (!(bitsPerDimension > 0 && bitsPerDimension <= MAX_BITS) || dimension < 1) {
      throw new IllegalArgumentException(
          "expected more than 0 and up to 8 bits per dimension and at least 1 dimension, got "
              + bitsPerDimension
              + " bits per dimension and dimension "
              + dimension);
    }
    return (int) Math.max(1, Math.floor(bitsPerDimension * dimension));
  }

  /**
   * Distributes a budget over the blocks. Each step adds one bit per dimension to the block that
   * gains most, where the gain is weight * (distortion(bits) - distortion(bits + 1)) / size. The
   * weight of a block is the sum of its eigenvalues to the power 1.5: recall needs more weight on
   * the leading dimensions than the squared error alone would give them. A block never gets more
   * bits than the block before it.
   *
   * @param eigenvalues variance of each dimension, descending; values below 1e-20 count as 1e-20
   * @param blockSize dimensions per block; the last block may be shorter
   * @param budget bits per vector; at least one bit for each dimension of the first block
   * @return bits per dimension of each block: 0 to 8, the first at least 1, never increasing. The
   *     sum of bits times block size is at most the budget.
   * @throws IllegalArgumentException if the budget is smaller than the first block
   */
  public static byte[] allocate(double[] eigenvalues, int blockSize, int budget) {
    int dimension = eigenvalues.length;
    int blocks = blockCount(dimension, blockSize);
    if (dimension == 0 || budget < Math.min(blockSize, dimension)) {
      throw new IllegalArgumentException(
          "expected a budget of at least 1 bit for each of the first block's "
              + Math.min(blockSize, dimension)
              + " dimensions, got "
              + budget
              + " bits");
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

  /** Number of blocks in a vector; the last block may be shorter. */
  public static int blockCount(int dimension, int blockSize) {
    if (blockSize < 1) {
      throw new IllegalArgumentException(
          "expected at least 1 dimension per block, got " + blockSize);
    }
    return (dimension - 1) / blockSize + 1;
  }
}
