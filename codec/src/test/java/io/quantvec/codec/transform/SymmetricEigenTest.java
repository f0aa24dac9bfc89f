/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SymmetricEigenTest {

  @Test
  void decomposesRandomMatricesOfManySizes() {
    for (int n : new int[] {1, 2, 3, 4, 5, 6, 7, 16, 31, 100, 129, 260}) {
      SplittableRandom random = new SplittableRandom(n);
      double[][] matrix = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          matrix[i][j] = SyntheticSamples.gaussian(random);
          matrix[j][i] = matrix[i][j];
        }
      }
      assertDecomposes(matrix, 1e-12);
    }
  }

  @Test
  void findsKnownEigenvalues() {
    double[] values = new double[90];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.pow(.8, i) - 1e-3;
    }
    SymmetricEigen eigen = assertDecomposes(SyntheticSamples.symmetric(values, 5), 1e-12);
    assertArrayEquals(values, eigen.values(), 1e-14);
  }

  @Test
  void solvesATwoByTwoMatrix() {
    SymmetricEigen eigen = assertDecomposes(new double[][] {{2, 1}, {1, 2}}, 1e-15);
    assertArrayEquals(new double[] {3, 1}, eigen.values(), 1e-15);
  }

  @Test
  void repeatedEigenvaluesHaveOrthogonalVectors() {
    double[] values = new double[70];
    Arrays.fill(values, 0, 20, 3);
    Arrays.fill(values, 20, 50, 1);
    SymmetricEigen eigen = assertDecomposes(SyntheticSamples.symmetric(values, 6), 1e-12);
    assertArrayEquals(values, eigen.values(), 1e-13);
    double[][] identity = new double[50][50];
    for (int i = 0; i < 50; i++) {
      identity[i][i] = 1;
    }
    assertDecomposes(identity, 1e-15);
  }

  @Test
  void decomposesARankDeficientMatrix() {
    double[] values = new double[120];
    values[0] = 5;
    values[1] = .25;
    SymmetricEigen eigen = assertDecomposes(SyntheticSamples.symmetric(values, 7), 1e-12);
    assertArrayEquals(values, eigen.values(), 1e-13);
  }

  @Test
  void decomposesTheZeroMatrix() {
    for (int n : new int[] {1, 2, 40}) {
      SymmetricEigen eigen = assertDecomposes(new double[n][n], 1e-15);
      assertArrayEquals(new double[n], eigen.values());
    }
  }

  @Test
  void sortsEigenvaluesOfADiagonalMatrix() {
    double[][] matrix = new double[6][6];
    double[] diagonal = {-4, 2, 0, 7, -1e-30, 2};
    for (int i = 0; i < 6; i++) {
      matrix[i][i] = diagonal[i];
    }
    SymmetricEigen eigen = assertDecomposes(matrix, 1e-15);
    assertArrayEquals(new double[] {7, 2, 2, 0, -1e-30, -4}, eigen.values(), 1e-29);
  }

  @Test
  void extremeScalesNeitherOverflowNorUnderflow() {
    double[] values = {3, 2, 1, .5, .25};
    for (double scale : new double[] {1e-300, 1e-66, 1e150, 1e300}) {
      double[][] matrix = SyntheticSamples.symmetric(values, 8);
      for (double[] row : matrix) {
        for (int j = 0; j < row.length; j++) {
          row[j] *= scale;
        }
      }
      SymmetricEigen eigen = SymmetricEigen.decompose(matrix);
      for (int i = 0; i < values.length; i++) {
        assertEquals(values[i], eigen.values()[i] / scale, 1e-13);
      }
      assertOrthonormal(eigen.vectors(), 1e-13);
    }
  }

  @Test
  void tinyComponentsKeepVectorsOrthonormal() {
    SplittableRandom random = new SplittableRandom(9);
    int n = 50;
    for (int run = 0; run < 40; run++) {
      // Component sizes from 1 to 1e-170, whose products underflow; some sizes are equal.
      double[] sizes = new double[n];
      for (int i = 0; i < n; i++) {
        sizes[i] = i % 4 == run % 4 ? 1 : Math.pow(10, -random.nextInt(1 + 170 * run / 40));
      }
      double[][] matrix = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          matrix[i][j] = (i == j ? 2 : SyntheticSamples.gaussian(random)) * sizes[i] * sizes[j];
          matrix[j][i] = matrix[i][j];
        }
      }
      assertDecomposes(matrix, 1e-13);
    }
  }

  @Test
  void rejectsMatricesThatAreNotFiniteAndSquare() {
    assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.decompose(new double[0][0]));
    assertThrows(
        IllegalArgumentException.class, () -> SymmetricEigen.decompose(new double[][] {{1, 2}}));
    assertThrows(
        IllegalArgumentException.class,
        () -> SymmetricEigen.decompose(new double[][] {{1, Double.NaN}, {Double.NaN, 1}}));
  }

  /**
   * Checks that A = V' L V within the tolerance times A's norm, V is orthonormal and L is
   * descending.
   */
  private static SymmetricEigen assertDecomposes(double[][] matrix, double tolerance) {
    int n = matrix.length;
    double[][] copy = new double[n][];
    double norm = 1e-300;
    for (int i = 0; i < n; i++) {
      copy[i] = matrix[i].clone();
      for (double v : matrix[i]) {
        norm = Math.max(norm, Math.abs(v));
      }
    }
    SymmetricEigen eigen = SymmetricEigen.decompose(copy);
    for (int i = 1; i < n; i++) {
      assertTrue(eigen.values()[i - 1] >= eigen.values()[i], "descending");
    }
    assertOrthonormal(eigen.vectors(), Math.max(tolerance, 1e-12));
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double rebuilt = 0;
        for (int k = 0; k < n; k++) {
          rebuilt += eigen.values()[k] * eigen.vectors()[k][i] * eigen.vectors()[k][j];
        }
        assertEquals(matrix[i][j], rebuilt, tolerance * n * norm, "n = " + n);
      }
    }
    return eigen;
  }

  static void assertOrthonormal(double[][] rows, double tolerance) {
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k <= i; k++) {
        double inner = 0;
        for (int j = 0; j < rows[i].length; j++) {
          inner += rows[i][j] * rows[k][j];
        }
        assertEquals(i == k ? 1 : 0, inner, tolerance, i + ", " + k);
      }
    }
  }
}
