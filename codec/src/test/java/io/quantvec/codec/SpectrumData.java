/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import java.util.Random;

/** Random vectors with different spectra of variances. */
public enum SpectrumData {
  /** Variances fall with the square root of the direction's index. */
  GENTLE,
  /** Variances fall in proportion to the direction's index. */
  LINEAR,
  /** Variances fall with the square of the direction's index. */
  STEEP,
  /** Variances fall with the third power of the direction's index. */
  STEEPEST,
  /** One direction has thirty times the standard deviation of the others. */
  DOMINANT,
  /** Four dimensions have far larger values than all others. */
  OUTLIERS,
  /** Integers from 0 to 255, most of them 0; adjacent components are similar. */
  PIXELS,
  /** A distribution far from the origin. */
  FAR;

  private static final int PARTS = 40;

  /**
   * Creates vectors. All vectors of one kind and dimension have the same distribution.
   *
   * @param seed seed of the vectors
   */
  public float[][] vectors(int dimension, int count, long seed) {
    Random random = new Random(seed);
    Random shared = new Random(99);
    if (this == PIXELS) {
      return pixels(dimension, count, shared, random);
    }
    double[] deviations = new double[dimension];
    double[] offsets = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      deviations[d] = Math.pow(d + 1, exponent());
      offsets[d] = this == FAR ? 2 * shared.nextGaussian() : 0;
    }
    if (this == DOMINANT) {
      deviations[0] = 30;
    } else if (this == OUTLIERS) {
      for (int i = 0; i < 4; i++) {
        deviations[shared.nextInt(dimension)] = 15;
      }
    }
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) (offsets[d] + deviations[d] * random.nextGaussian());
      }
    }
    return vectors;
  }

  /** Exponent of the standard deviations. */
  private double exponent() {
    return switch (this) {
      case GENTLE, DOMINANT, OUTLIERS, PIXELS -> -.25;
      case LINEAR, FAR -> -.5;
      case STEEP -> -1;
      case STEEPEST -> -1.5;
    };
  }

  private static float[][] pixels(int dimension, int count, Random shared, Random random) {
    int side = (int) Math.round(Math.sqrt(dimension));
    double[][] parts = new double[Math.min(PARTS, dimension / 2)][dimension];
    for (int part = 0; part < parts.length; part++) {
      double x = shared.nextDouble() * side;
      double y = shared.nextDouble() * side;
      double width = side * (.08 + .15 * shared.nextDouble());
      for (int d = 0; d < dimension; d++) {
        double across = d % side - x;
        double down = d / side - y;
        double distance = (across * across + down * down) / (2 * width * width);
        parts[part][d] = Math.exp(-distance) * 160 / Math.sqrt(1 + part);
      }
    }
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      double[] sums = new double[dimension];
      for (double[] part : parts) {
        double strength = random.nextGaussian();
        for (int d = 0; d < dimension; d++) {
          sums[d] += strength * part[d];
        }
      }
      boolean any = false;
      for (int d = 0; d < dimension; d++) {
        double value = sums[d] + 10 + 8 * random.nextGaussian();
        vector[d] = (float) Math.rint(Math.clamp(value, 0, 255));
        any |= vector[d] > 0;
      }
      if (!any) {
        // Lucene rejects zero vectors if the similarity is cosine.
        vector[0] = 1;
      }
    }
    return vectors;
  }
}
