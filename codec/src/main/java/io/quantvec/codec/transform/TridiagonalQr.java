/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * The implicit QR algorithm for a symmetric tridiagonal matrix, with Wilkinson's shift (Golub and
 * Van Loan, "Matrix Computations", 4th edition, algorithms 8.3.2 and 8.3.3).
 *
 * <p>A sweep along the diagonal is cheap; rotating the eigenvectors is nearly all of the work.
 * Rotating them after each sweep would read all eigenvectors from memory each time. This class
 * collects the rotations of many sweeps and applies all of them to one strip of columns after the
 * other (Van Zee, van de Geijn and Quintana-Orti, "Restructuring the Tridiagonal and Bidiagonal QR
 * Algorithms for Performance", 2014).
 */
final class TridiagonalQr {

  /**
   * Limit of sweeps per eigenvalue, to end the loop if it does not converge. About 1.7 sweeps are
   * usual, and no matrix is known to need more than a few.
   */
  private static final int MAX_SWEEPS_PER_VALUE = 60;

  /**
   * Sweeps that are collected before they are applied: 32 sweeps of 1,536 dimensions are 0.8 MB.
   */
  private static final int BATCH = 32;

  /**
   * Columns that are rotated together: 1,536 rows of 256 columns are 3 MB, which stay in the cache.
   */
  private static final int STRIP = 256;

  /** Squares below this value have lost too much precision to compute a rotation from. */
  private static final double SMALL_SQUARE = 0x1p-900;

  /** Factor that moves small entries into the range of full precision. */
  private static final double RESCALE = 0x1p500;

  private final double[] diagonal;
  private final double[] offDiagonal;
  private final double[][] basis;
  private final double[][] cosines;
  private final double[][] sines;
  private final int[] firsts = new int[BATCH];
  private final int[] lasts = new int[BATCH];
  private int sweeps;

  /** The entry outside of the three diagonals, which a sweep moves along them. */
  private double bulge;

  private TridiagonalQr(double[] diagonal, double[] offDiagonal, double[][] basis) {
    this.diagonal = diagonal;
    this.offDiagonal = offDiagonal;
    this.basis = basis;
    this.cosines = new double[BATCH][diagonal.length];
    this.sines = new double[BATCH][diagonal.length];
  }

  /**
   * Diagonalizes the matrix.
   *
   * @param diagonal n entries of magnitudes near 1; receives the eigenvalues, unordered
   * @param offDiagonal n - 1 entries next to the diagonal and one unused entry; receives zeros
   * @param basis the basis that the matrix is given in, n rows of n numbers; row i receives the
   *     eigenvector of value i
   */
  static void diagonalize(double[] diagonal, double[] offDiagonal, double[][] basis) {
    new TridiagonalQr(diagonal, offDiagonal, basis).run();
  }

  private void run() {
    int n = diagonal.length;
    double norm = 0;
    for (int i = 0; i < n; i++) {
      norm = Math.max(norm, Math.abs(diagonal[i]) + (i + 1 < n ? Math.abs(offDiagonal[i]) : 0));
    }
    // Relative to the norm of the whole matrix, like the rounding error of the reduction.
    double negligible = norm * 0x1p-53;
    long left = (long) MAX_SWEEPS_PER_VALUE * n;
    int last = n - 1;
    while (last > 0) {
      if (Math.abs(offDiagonal[last - 1]) <= negligible) {
        offDiagonal[--last] = 0;
        continue;
      }
      int first = last - 1;
      while (first > 0 && Math.abs(offDiagonal[first - 1]) > negligible) {
        first--;
      }
      if (left-- == 0) {
        throw new IllegalStateException(
            "no convergence within " + MAX_SWEEPS_PER_VALUE * n + " sweeps");
      }
      sweep(first, last);
      if (sweeps == BATCH) {
        applySweeps();
      }
    }
    applySweeps();
  }

  /** One QR step on rows first to last, whose off-diagonal entries are not negligible. */
  private void sweep(int first, int last) {
    double[] cosine = cosines[sweeps];
    double[] sine = sines[sweeps];
    firsts[sweeps] = first;
    lasts[sweeps] = last;
    sweeps++;
    bulge = 0;
    double x = diagonal[first] - shift(last);
    double z = offDiagonal[first];
    for (int k = first; k < last; k++) {
      double squares = x * x + z * z;
      if (squares < SMALL_SQUARE) {
        x *= RESCALE;
        z *= RESCALE;
        squares = x * x + z * z;
      }
      double norm = Math.sqrt(squares);
      double c = norm > 0 ? x / norm : 1;
      double s = norm > 0 ? z / norm : 0;
      cosine[k] = c;
      sine[k] = s;
      if (k > first) {
        offDiagonal[k - 1] = c * offDiagonal[k - 1] + s * bulge;
      }
      double dk = diagonal[k];
      double ek = offDiagonal[k];
      double dn = diagonal[k + 1];
      diagonal[k] = c * c * dk + 2 * c * s * ek + s * s * dn;
      diagonal[k + 1] = s * s * dk - 2 * c * s * ek + c * c * dn;
      offDiagonal[k] = c * s * (dn - dk) + (c * c - s * s) * ek;
      if (k + 1 < last) {
        bulge = s * offDiagonal[k + 1];
        offDiagonal[k + 1] *= c;
        x = offDiagonal[k];
        z = bulge;
      }
    }
  }

  /**
   * Wilkinson's shift: the eigenvalue of the last 2 x 2 block that is nearer to the last diagonal
   * entry.
   */
  private double shift(int last) {
    double offset = offDiagonal[last - 1];
    double half = (diagonal[last - 1] - diagonal[last]) / 2;
    double root = Math.sqrt(half * half + offset * offset);
    double divisor = half >= 0 ? half + root : half - root;
    return divisor == 0 ? diagonal[last] : diagonal[last] - offset / divisor * offset;
  }

  private void applySweeps() {
    int n = basis.length;
    for (int start = 0; start < n; start += STRIP) {
      int end = Math.min(n, start + STRIP);
      for (int sweep = 0; sweep < sweeps; sweep++) {
        double[] c = cosines[sweep];
        double[] s = sines[sweep];
        for (int k = firsts[sweep]; k < lasts[sweep]; k++) {
          rotate(basis[k], basis[k + 1], c[k], s[k], start, end);
        }
      }
    }
    sweeps = 0;
  }

  private static void rotate(double[] row0, double[] row1, double c, double s, int from, int to) {
    for (int j = from; j < to; j++) {
      double a = row0[j];
      double b = row1[j];
      row0[j] = c * a + s * b;
      row1[j] = c * b - s * a;
    }
  }
}
