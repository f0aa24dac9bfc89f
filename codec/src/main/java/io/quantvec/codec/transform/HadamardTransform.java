/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import java.util.SplittableRandom;

/**
 * A randomized Hadamard rotation. It spreads a vector's energy evenly over the dimensions in O(d
 * log d) and stores only a seed (Ailon and Chazelle, "The Fast Johnson-Lindenstrauss Transform",
 * 2009).
 *
 * <p>If the dimension is not a power of two, two overlapping windows cover it: one at each end,
 * both as long as the largest power of two below the dimension. Each round flips signs at random
 * and transforms one window, so each round is orthogonal, and so is the whole transform.
 */
public final class HadamardTransform implements Transform {

  static final int WIRE_NUMBER = 1;

  /**
   * Two rounds per window. With one round per window, components outside of a window stay nearly
   * unmixed.
   */
  private static final int ROUNDS = 4;

  private final int dimension;
  private final int window;
  private final long seed;
  private final float[][] signs;

  /**
   * @param dimension length of the vectors, at least 1
   * @param seed seed of the random signs
   */
  public HadamardTransform(int dimension, long seed) {
    this.dimension = dimension;
    this.window = Integer.highestOneBit(dimension);
    this.seed = seed;
    this.signs = new float[ROUNDS][dimension];
    SplittableRandom random = new SplittableRandom(seed);
    for (float[] round : signs) {
      for (int i = 0; i < dimension; i++) {
        round[i] = random.nextBoolean() ? 1f : -1f;
      }
    }
  }

  @Override
  public int wireNumber() {
    return WIRE_NUMBER;
  }

  @Override
  public long seed() {
    return seed;
  }

  @Override
  public int outputDimension() {
    return dimension;
  }

  @Override
  public void apply(float[] input, float[] vector) {
    System.arraycopy(input, 0, vector, 0, dimension);
    for (int round = 0; round < ROUNDS; round++) {
      flip(vector, signs[round]);
      hadamard(vector, windowStart(round));
    }
  }

  @Override
  public void applyTransposed(float[] image, float[] vector) {
    System.arraycopy(image, 0, vector, 0, dimension);
    for (int round = ROUNDS - 1; round >= 0; round--) {
      hadamard(vector, windowStart(round));
      flip(vector, signs[round]);
    }
  }

  /**
   * Each level of sums, and the scaling after them, has a rounding error of at most 2^-24 of the
   * vector's length.
   */
  @Override
  public double roundingError() {
    int levels = Integer.numberOfTrailingZeros(window) + 1;
    return 1.1 * ROUNDS * levels * 0x1p-24;
  }

  private int windowStart(int round) {
    return (round & 1) == 0 ? 0 : dimension - window;
  }

  private void flip(float[] vector, float[] signs) {
    for (int i = 0; i < dimension; i++) {
      vector[i] *= signs[i];
    }
  }

  /** Applies the normalized Hadamard transform to one window; the transform is its own inverse. */
  private void hadamard(float[] vector, int start) {
    int end = start + window;
    for (int half = 1; half < window; half <<= 1) {
      for (int block = start; block < end; block += half << 1) {
        for (int i = block; i < block + half; i++) {
          float a = vector[i];
          float b = vector[i + half];
          vector[i] = a + b;
          vector[i + half] = a - b;
        }
      }
    }
    float scale = (float) (1 / Math.sqrt(window));
    for (int i = start; i < end; i++) {
      vector[i] *= scale;
    }
  }
}
