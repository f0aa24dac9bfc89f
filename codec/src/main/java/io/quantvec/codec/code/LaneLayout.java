/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.code;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Klt;

/**
 * The 16 bit lanes of a code whose blocks differ in their bits. A lane holds one bit of each of the
 * 16 dimensions of one block, the block's first dimension in the lowest bit. Lanes are ordered by
 * significance: first the highest bit of every block, in the order of blocks, then the second
 * highest of those blocks that have two, and so on. As bits fall from block to block, each plane
 * covers a prefix of the blocks.
 *
 * <p>A last block of fewer than 16 dimensions takes whole lanes all the same.
 */
public final class LaneLayout {

  /** Dimensions a block, and bits a lane. */
  public static final int BLOCK_SIZE = Klt.DEFAULT_BLOCK_SIZE;

  private final int[] blocks;
  private final int[] shifts;
  private final int planes;

  /**
   * @param calibration of blocks of {@link #BLOCK_SIZE}
   * @throws IllegalArgumentException if its blocks have another size, or bits that rise
   */
  public LaneLayout(Calibration calibration) {
    if (calibration.blockSize() != BLOCK_SIZE) {
      throw new IllegalArgumentException(
          "expected blocks of " + BLOCK_SIZE + ", got " + calibration.blockSize());
    }
    byte[] bits = calibration.bits();
    int lanes = 0;
    for (int block = 0; block < bits.length; block++) {
      if (block > 0 && bits[block] > bits[block - 1]) {
        throw new IllegalArgumentException("bits rise at block " + block);
      }
      lanes += bits[block];
    }
    this.planes = bits.length == 0 ? 0 : bits[0];
    this.blocks = new int[lanes];
    this.shifts = new int[lanes];
    int lane = 0;
    for (int plane = 0; plane < planes; plane++) {
      for (int block = 0; block < bits.length && bits[block] > plane; block++) {
        blocks[lane] = block;
        shifts[lane++] = bits[block] - 1 - plane;
      }
    }
  }

  /** Lanes a code. */
  public int lanes() {
    return blocks.length;
  }

  /** The bits of the first block, which has the most. */
  public int planes() {
    return planes;
  }

  /** The block of a lane. */
  public int block(int lane) {
    return blocks[lane];
  }

  /** The place of a lane's bit in its block's codes: 0 for the lowest. */
  public int shift(int lane) {
    return shifts[lane];
  }

  /** The layout of the records that these lanes make. */
  public CodeLayout codeLayout(int dimension) {
    return new CodeLayout(CodeLayout.Kind.LANES, dimension, Short.BYTES * lanes());
  }
}
