/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import java.util.SplittableRandom;

/**
 * Random orthogonal matrices, uniformly distributed and reproducible from the random generator's
 * state.
 */
public final class RandomRotation {

  private RandomRotation() {}

  /**
   * Draws a matrix of normal numbers and orthogonalizes it by the Gram-Schmidt process. The
   * triangular factor then has a positive diagonal, which makes the result uniformly distributed
   * (Mezzadri, "How to Generate Random Matrices from the Classical Compact Groups", 2007).
   *
   * @param size number of rows and of columns, at least 1
   * @return orthonormal rows
   */
  public static double[][] draw(int size, SplittableRandom random) {
    double[][] rows = new double[size][size];
    for (int i = 0; i < size; i++) {
      do {
        for (int j = 0; j < size; j++) {
          rows[i][j] = gaussian(random);
        }
        // A second pass removes the rounding errors of the first. A row that lies almost in the
        // span of the other rows is drawn again.
      } while (!(orthogonalize(rows, i) > 1e-8 && orthogonalize(rows, i) > 0.5));
    }
    return rows;
  }

  /**
   * Replaces a row by its part that is orthogonal to the previous rows, normalized.
   *
   * @return the length of that part before normalization
   */
  private static double orthogonalize(double[][] rows, int i) {
    double[] row = rows[i];
    for (int k = 0; k < i; k++) {
      double inner = 0;
      for (int j = 0; j < row.length; j++) {
        inner += row[j] * rows[k][j];
      }
      for (int j = 0; j < row.length; j++) {
        row[j] -= inner * rows[k][j];
      }
    }
    double squares = 0;
    for (double v : row) {
      squares += v * v;
    }
    double norm = Math.sqrt(squares);
    for (int j = 0; j < row.length && norm > 0; j++) {
      row[j] /= norm;
    }
    return norm;
  }

  /** The Box-Muller transform, with functions that return the same bits on every platform. */
  private static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
