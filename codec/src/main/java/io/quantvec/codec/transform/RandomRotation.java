/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import java.util.SplittableRandom;

/** Random orthogonal matrices, uniform over all of them and the same for the same random. */
public final class RandomRotation {

  private RandomRotation() {}

  /**
   * Draws a matrix: a square of normal numbers, made orthogonal by Gram and Schmidt's method, which
   * leaves the triangular factor with a positive diagonal and so the result uniform (Mezzadri, "How
   * to Generate Random Matrices from the Classical Compact Groups", 2007).
   *
   * @param size rows and columns, at least 1
   * @return orthonormal rows
   */
  public static double[][] draw(int size, SplittableRandom random) {
    double[][] rows = new double[size][size];
    for (int i = 0; i < size; i++) {
      do {
        for (int j = 0; j < size; j++) {
          rows[i][j] = gaussian(random);
        }
        // A second pass takes away what rounding left of the first; a draw that lies almost in the
        // span of the others is drawn anew.
      } while (!(orthogonalise(rows, i) > 1e-8 && orthogonalise(rows, i) > 0.5));
    }
    return rows;
  }

  /** Normalises a row's part that is orthogonal to the rows before; returns that part's length. */
  private static double orthogonalise(double[][] rows, int i) {
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

  /** Box and Muller's method, with functions that give the same bits on every platform. */
  private static double gaussian(SplittableRandom random) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }
}
