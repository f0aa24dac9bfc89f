/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * Householder's reduction of a symmetric matrix to tridiagonal form (Golub and Van Loan, "Matrix
 * Computations", 4th edition, algorithm 8.3.1).
 *
 * <p>The loops are short on purpose: C2 gives up on vector code when an unrolled body grows beyond
 * some 60 operations, so that taking four rows at a time, which saves loads, measured slower.
 */
final class HouseholderReduction {

  /**
   * A column whose squares sum to less is taken for zeros: they would be too small for full
   * precision, and against entries near 1 they are far below rounding.
   */
  private static final double NEGLIGIBLE = 0x1p-900;

  /** Columns of the basis built at a time: 1,536 rows of them are 3 MB. */
  private static final int STRIP = 256;

  private HouseholderReduction() {}

  /**
   * Finds T = Q' A Q.
   *
   * @param a symmetric, n rows of n, of entries up to 2; overwritten
   * @param diagonal receives the n diagonal entries of T
   * @param offDiagonal receives the n - 1 entries beside it
   * @return Q', n rows of n
   */
  static double[][] reduce(double[][] a, double[] diagonal, double[] offDiagonal) {
    int n = a.length;
    double[] scales = new double[n];
    double[] w = new double[n];
    double[] previous = null;
    // Both triangles are kept up to date: it doubles the arithmetic, but leaves only loops along
    // rows, and these become vector code where inner products do not.
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
      // The update that the last step left pending and this step's product share one pass over the
      // matrix, which for large n comes from memory.
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
      // In this order: the square of a scale may be too large for a double.
      double half = scale * (scale * inner) / 2;
      for (int j = k + 1; j < n; j++) {
        w[j] = scale * product[j] - half * u[j];
      }
      previous = u;
    }
    return transposed(accumulate(a, scales));
  }

  /**
   * Turns row[from..to) into the u of I - s u u', which maps the row onto its first component, and
   * puts s, 0 for no reflection, into scales[k].
   *
   * @return what the first component becomes
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
    // Away from the row's own sign, so that no digits cancel.
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

  /** A -= u w' + w u' and product += A x, for rows and columns from on. */
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
   * Q as the product of the reflections, whose vectors are the rows of a right of the diagonal. A
   * strip of columns takes all of them before the next strip, so that it stays in the cache.
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
      // A reflection leaves the unit columns left of its own first component as they are.
      for (int k = end - 2; k >= 0; k--) {
        if (scales[k] != 0) {
          reflect(q, a[k], scales[k], k + 1, Math.max(start, k + 1), end, sums);
        }
      }
    }
    return q;
  }

  /** Columns [from, to) of q become (I - scale u u') times themselves; u begins at first. */
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
