/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded matrices and vectors for tests. */
public final class SyntheticSamples {

  private SyntheticSamples() {}

  public static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** Normally distributed vectors with the given standard deviations, rotated at random. */
  public static List<float[]> rotatedNormal(int count, double[] deviations, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] rotation = RandomRotation.draw(deviations.length, new SplittableRandom(77));
    List<float[]> vectors = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      double[] sum = new double[deviations.length];
      for (int i = 0; i < sum.length; i++) {
        double weight = gaussian(random) * deviations[i];
        for (int j = 0; j < sum.length; j++) {
          sum[j] += weight * rotation[i][j];
        }
      }
      float[] vector = new float[sum.length];
      for (int j = 0; j < sum.length; j++) {
        vector[j] = (float) sum[j];
      }
      vectors.add(vector);
    }
    return vectors;
  }

  /** The matrix with the given eigenvalues and random eigenvectors. */
  public static double[][] symmetric(double[] eigenvalues, long seed) {
    int n = eigenvalues.length;
    double[][] axes = RandomRotation.draw(n, new SplittableRandom(seed));
    double[][] matrix = new double[n][n];
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          matrix[i][j] += eigenvalues[k] * axes[k][i] * axes[k][j];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        matrix[j][i] = matrix[i][j];
      }
    }
    return matrix;
  }
}
