/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * A learned transform with its bits: the Karhunen-Loeve transform with mixed precision. A code of b
 * bits in a block stands for (u - (2^b - 1) / 2) times {@link #step}.
 *
 * <p>Sources: transform coding after Gersho and Gray, "Vector Quantization and Signal Compression",
 * chapter 8; bits by reverse water-filling (see {@link BitAllocation}); segments of a rotated space
 * with bits of their own as in SAQ ("Pushing the Limits of Vector Quantization through Code
 * Adjustment and Dimension Segmentation", 2025); a random rotation, here within a block, so that
 * its dimensions are alike and nearly normal, as in RaBitQ (arXiv 2405.12497).
 *
 * @param sampleSize vectors learned from
 * @param centroid the centroid c, of d components
 * @param eigenvalues d variances of the residual directions, descending, those of dropped
 *     dimensions too; not negative
 * @param blockSize dimensions a block; the last block of all may be shorter
 * @param bits bits a dimension for each kept block, 1 to 8, never rising. Blocks that got none, the
 *     last ones, are left out.
 * @param sigmas root mean square of a component in each kept block, at least 1e-10
 * @param rows the transform T, one row of d for each kept dimension, orthonormal up to rounding: y
 *     = T r for a residual direction r
 */
public record Klt(
    int sampleSize,
    float[] centroid,
    double[] eigenvalues,
    int blockSize,
    byte[] bits,
    float[] sigmas,
    float[][] rows) {

  /**
   * Blocks of 8: those of 16 measured up to .8 points of recall less at one bit, and those of 4 no
   * more at any budget.
   */
  public static final int DEFAULT_BLOCK_SIZE = 8;

  /** Components a vector. */
  public int dimension() {
    return centroid.length;
  }

  /** Components of a code: the dimensions that got bits. */
  public int keptDimension() {
    return rows.length;
  }

  /** Dimensions of a kept block: the block size, or less for the last block of all. */
  public int size(int block) {
    return Math.min(blockSize, dimension() - block * blockSize);
  }

  /** The distance between two codes in a kept block. */
  public float step(int block) {
    return UniformQuantizer.step(bits[block]) * sigmas[block];
  }

  /** Bits that a code takes, without any padding. */
  public int codeBits() {
    int sum = 0;
    for (int block = 0; block < bits.length; block++) {
      sum += bits[block] * size(block);
    }
    return sum;
  }

  /** The share of the variance that lies in kept dimensions, 0 to 1; 1 where there is none. */
  public double keptEnergy() {
    double kept = 0;
    double all = 0;
    for (int d = 0; d < eigenvalues.length; d++) {
      all += eigenvalues[d];
      kept += d < rows.length ? eigenvalues[d] : 0;
    }
    return all > 0 ? kept / all : 1;
  }

  /**
   * What a model of normal components expects of the root mean square error of a direction, dropped
   * dimensions included: 0 to 1, a share of the residual's length.
   */
  public double modelError() {
    double error = 0;
    double all = 0;
    for (int d = 0; d < eigenvalues.length; d++) {
      all += eigenvalues[d];
      int blockBits = d < rows.length ? bits[d / blockSize] : 0;
      error += eigenvalues[d] * BitAllocation.distortion(blockBits);
    }
    return all > 0 ? Math.sqrt(error / all) : 0;
  }
}
