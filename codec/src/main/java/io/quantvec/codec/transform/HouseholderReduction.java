/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * Householder reduction of a symmetric matrix to tridiagonal form (Golub and Van Loan, "Matrix
 * Computations", 4th edition, algorithm 8.3.1).
 *
 * <p>The loops are short on purpose: the C2 compiler stops vectorizing when an unrolled body
 * exceeds about 60 operations. Processing four rows at a time saves loads but measured slower.
 */
final class HouseholderReduction {

  /**
   * A column whose squares sum to less counts as zero: smaller squares lose precision, and the
   * column is far below the rounding error of entries near 1.
   */
  private static final double NEGLIGIBLE = 0x1p-900;

  /**
   * Columns of the basis that are built together: 1,536 rows of 256 columns are 3 MB, which stay in
   * the cache.
   */
  private static final int STRIP = 256;

  private HouseholderReduction() {}

  /**
   * Computes T = Q' A Q.
   *
   * @param a symmetric matrix of n rows of n entries with magnitudes up to 2; overwritten
   * @param diagonal receives the n diagonal entries of T
   * @param offDiagonal receives the n - 1 entries next to the diagonal
   * @return Q', n rows of n
   */
  static double[][] reduce(double[][] a, double[] diagonal, double[] offDiagonal) {
    int n = a.length;
    double[] scales = new double[n];
    double[] w = new double[n];
    double[] previous = null;
    // Updates both triangles. This doubles the arithmetic but needs only loops along rows, which C2
    // vectorizes; it does not vectorize inner products.
    double[] product = new double[n];
    for (int k = 0; k < n; k++) {
      double[] u = a[k];
      if (previous != null) {
        updateRow(u, previous, w, k, n);
      }
      diagonal[k] = u[k];
      if (k == n - 1) {
        break;
      }
      offDiagonal[k] = reflector(u, k + 1, n, scales, k);
      for (int j = k + 1; j < n; j++) {
        product[j] = 0;
      }
      // One pass over the matrix applies the previous step's pending update and computes this
      // step's product, because a large matrix has to be read from memory.
      if (previous == null) {
        multiply(a, u, product, k + 1, n);
      } else {
        updateAndMultiply(a, previous, w, u, product, k + 1, n);
      }
      double scale = scales[k];
      double inner = 0;
      for (int j = k + 1; j < n; j++) {
        inner += product[j] * u[j];
      }
      // In this order, because the square of a scale can overflow a double.
      double half = scale * (scale * inner) / 2;
      for (int j = k + 1; j < n; j++) {
        w[j] = scale * product[j] - half * u[j];
      }
      previous = u;
    }
    return transposed(accumulate(a, scales));
  }

  /**
   * Replaces row[from..to) by the vector u of the reflection I - scale u u' that maps the row onto
   * its first component. Stores the scale in scales[k]; 0 means no reflection.
   *
   * @return the first component after the reflection
   */
  private static double reflector(double[] row, int from, int to, double[] scales, int k) {
    double tail = 0;
    for (int j = from + 1; j < to; j++) {
      tail += row[j] * row[j];
    }
    double first = row[from];
    if (tail < NEGLIGIBLE) {
      scales[k] = 0;
      return first;
    }
    double norm = Math.sqrt(first * first + tail);
    // With the opposite sign of the first component, so that no digits cancel.
    double image = first > 0 ? -norm : norm;
    row[from] = first - image;
    scales[k] = 1 / (norm * (norm + Math.abs(first)));
    return image;
  }

  private static void updateRow(double[] row, double[] u, double[] w, int k, int n) {
    double uk = u[k];
    double wk = w[k];
    for (int j = k; j < n; j++) {
      row[j] -= uk * w[j] + wk * u[j];
    }
  }

  private static void multiply(double[][] a, double[] x, double[] product, int from, int n) {
    for (int i = from; i < n; i++) {
      double[] row = a[i];
      double xi = x[i];
      for (int j = from; j < n; j++) {
        product[j] += xi * row[j];
      }
    }
  }

  /** Computes A -= u w' + w u' and then product += A x, for rows and columns starting at from. */
  private static void updateAndMultiply(
      double[][] a, double[] u, double[] w, double[] x, double[] product, int from, int n) {
    for (int i = from; i < n; i++) {
      double[] row = a[i];
      double ui = u[i];
      double wi = w[i];
      double xi = x[i];
      for (int j = from; j < n; j++) {
        double r = row[j] - (ui * w[j] + wi * u[j]);
        row[j] = r;
        product[j] += xi * r;
      }
    }
  }

  /**
   * Computes Q as the product of the reflections, whose vectors are the rows of a to the right of
   * the diagonal. All reflections are applied to one strip of columns before the next strip, so
   * that a strip stays in the cache.
   */
  private static double[][] accumulate(double[][] a, double[] scales) {
    int n = a.length;
    double[][] q = new double[n][n];
    for (int i = 0; i < n; i++) {
      q[i][i] = 1;
    }
    double[] sums = new double[n];
    for (int start = 0; start < n; start += STRIP) {
      int end = Math.min(n, start + STRIP);
      // A reflection does not change unit columns to the left of its first component.
      for (int k = end - 2; k >= 0; k--) {
        if (scales[k] != 0) {
          reflect(q, a[k], scales[k], k + 1, Math.max(start, k + 1), end, sums);
        }
      }
    }
    return q;
  }

  /**
   * Multiplies columns [from, to) of q by I - scale u u' from the left; u starts at index first.
   */
  private static void reflect(
      double[][] q, double[] u, double scale, int first, int from, int to, double[] sums) {
    int n = q.length;
    for (int j = from; j < to; j++) {
      sums[j] = 0;
    }
    int i = first;
    for (; i + 4 <= n; i += 4) {
      addFour(sums, q, u, i, from, to);
    }
    for (; i < n; i++) {
      double[] row = q[i];
      double ui = u[i];
      for (int j = from; j < to; j++) {
        sums[j] += ui * row[j];
      }
    }
    for (i = first; i < n; i++) {
      double[] row = q[i];
      double ui = scale * u[i];
      for (int j = from; j < to; j++) {
        row[j] -= ui * sums[j];
      }
    }
  }

  private static void addFour(double[] sums, double[][] q, double[] u, int i, int from, int to) {
    double[] row0 = q[i];
    double[] row1 = q[i + 1];
    double[] row2 = q[i + 2];
    double[] row3 = q[i + 3];
    double u0 = u[i];
    double u1 = u[i + 1];
    double u2 = u[i + 2];
    double u3 = u[i + 3];
    for (int j = from; j < to; j++) {
      sums[j] += u0 * row0[j] + u1 * row1[j] + u2 * row2[j] + u3 * row3[j];
    }
  }

  private static double[][] transposed(double[][] q) {
    for (int i = 0; i < q.length; i++) {
      for (int j = i + 1; j < q.length; j++) {
        double swap = q[i][j];
        q[i][j] = q[j][i];
        q[j][i] = swap;
      }
    }
    return q;
  }
}
