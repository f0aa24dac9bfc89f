/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * A learned transform and its bit allocation: the Karhunen-Loeve transform with mixed precision. In
 * a block of b bits, a code value u represents (u - (2^b - 1) / 2) * {@link #step}.
 *
 * <p>Sources: transform coding after Gersho and Gray, "Vector Quantization and Signal Compression",
 * chapter 8; bits by reverse water-filling (see {@link BitAllocation}); different bits for segments
 * of a rotated space as in SAQ ("Pushing the Limits of Vector Quantization through Code Adjustment
 * and Dimension Segmentation", 2025); a random rotation within each block, which makes the block's
 * dimensions alike and nearly normal, as in RaBitQ (arXiv 2405.12497).
 *
 * @param centroid the centroid c, of d components
 * @param eigenvalues d variances of the residual directions, descending, not negative, including
 *     dropped dimensions
 * @param blockSize dimensions per block; the last block may be shorter
 * @param bits bits per dimension of each kept block, 1 to 8, never increasing. Blocks with 0 bits
 *     are dropped; they are the last ones.
 * @param sigmas root mean square of a component in each kept block, at least 1e-10
 * @param rows the transform T, one row of d numbers for each kept dimension, orthonormal up to
 *     rounding: y = T r for a residual direction r
 */
public record Klt(
    float[] centroid,
    double[] eigenvalues,
    int blockSize,
    byte[] bits,
    float[] sigmas,
    float[][] rows) {

  /**
   * Block size: at 1 bit, blocks of 16 lost up to 0.8 points of recall against blocks of 8; blocks
   * of 4 gained nothing at any budget.
   */
  public static final int DEFAULT_BLOCK_SIZE = 8;

  /** Components per vector. */
  public int dimension() {
    return centroid.length;
  }

  /** Components per code: the dimensions with at least 1 bit. */
  public int keptDimension() {
    return rows.length;
  }

  /** Dimensions in a kept block: the block size, or less for the last block of the vector. */
  public int size(int block) {
    return Math.min(blockSize, dimension() - block * blockSize);
  }

  /** The distance between adjacent code values in a kept block. */
  public float step(int block) {
    return UniformQuantizer.step(bits[block]) * sigmas[block];
  }
}
