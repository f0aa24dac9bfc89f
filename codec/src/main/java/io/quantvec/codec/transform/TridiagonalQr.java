/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

/**
 * The implicit QR algorithm for a symmetric tridiagonal matrix, with Wilkinson's shift (Golub and
 * Van Loan, "Matrix Computations", 4th edition, algorithms 8.3.2 and 8.3.3).
 *
 * <p>A sweep along the diagonal is cheap; turning the eigenvectors along with it is nearly all of
 * the work, and done sweep by sweep it would read all of them from memory every time. Here the
 * rotations of many sweeps are collected and then applied to one strip of columns after the other
 * (Van Zee, van de Geijn and Quintana-Orti, "Restructuring the Tridiagonal and Bidiagonal QR
 * Algorithms for Performance", 2014).
 */
final class TridiagonalQr {

  /** About 1.7 sweeps an eigenvalue are usual; no matrix is known to need more than a few. */
  private static final int MAX_SWEEPS_PER_VALUE = 60;

  /** Sweeps collected before they are applied: 32 of 1,536 dimensions are 0.8 MB. */
  private static final int BATCH = 32;

  /** Columns turned at a time: 1,536 rows of them are 3 MB. */
  private static final int STRIP = 256;

  /** Squares below this are not precise enough to make a rotation of. */
  private static final double SMALL_SQUARE = 0x1p-900;

  private static final double RESCALE = 0x1p500;

  private final double[] d;
  private final double[] e;
  private final double[][] basis;
  private final double[][] cosines;
  private final double[][] sines;
  private final int[] firsts = new int[BATCH];
  private final int[] lasts = new int[BATCH];
  private int sweeps;

  /** The entry outside of the three diagonals that a sweep chases along them. */
  private double bulge;

  private TridiagonalQr(double[] diagonal, double[] offDiagonal, double[][] basis) {
    this.d = diagonal;
    this.e = offDiagonal;
    this.basis = basis;
    this.cosines = new double[BATCH][diagonal.length];
    this.sines = new double[BATCH][diagonal.length];
  }

  /**
   * Makes the matrix diagonal.
   *
   * @param diagonal n entries of magnitudes near 1; receives the eigenvalues in no order
   * @param offDiagonal n - 1 entries beside the diagonal and one unused; receives zeros
   * @param basis n rows of n; row i receives the eigenvector of value i, given in what the rows
   *     were before
   */
  static void diagonalise(double[] diagonal, double[] offDiagonal, double[][] basis) {
    new TridiagonalQr(diagonal, offDiagonal, basis).run();
  }

  private void run() {
    int n = d.length;
    double norm = 0;
    for (int i = 0; i < n; i++) {
      norm = Math.max(norm, Math.abs(d[i]) + (i + 1 < n ? Math.abs(e[i]) : 0));
    }
    // Measured against the whole matrix, as the reduction's own rounding is.
    double negligible = norm * 0x1p-53;
    long left = (long) MAX_SWEEPS_PER_VALUE * n;
    int last = n - 1;
    while (last > 0) {
      if (Math.abs(e[last - 1]) <= negligible) {
        e[--last] = 0;
        continue;
      }
      int first = last - 1;
      while (first > 0 && Math.abs(e[first - 1]) > negligible) {
        first--;
      }
      if (left-- == 0) {
        throw new IllegalStateException("no convergence in " + MAX_SWEEPS_PER_VALUE * n + " steps");
      }
      sweep(first, last);
      if (sweeps == BATCH) {
        applySweeps();
      }
    }
    applySweeps();
  }

  /** One QR step on rows first to last, which hang together. */
  private void sweep(int first, int last) {
    double[] cosine = cosines[sweeps];
    double[] sine = sines[sweeps];
    firsts[sweeps] = first;
    lasts[sweeps] = last;
    sweeps++;
    bulge = 0;
    double x = d[first] - shift(last);
    double z = e[first];
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
        e[k - 1] = c * e[k - 1] + s * bulge;
      }
      double dk = d[k];
      double ek = e[k];
      double dn = d[k + 1];
      d[k] = c * c * dk + 2 * c * s * ek + s * s * dn;
      d[k + 1] = s * s * dk - 2 * c * s * ek + c * c * dn;
      e[k] = c * s * (dn - dk) + (c * c - s * s) * ek;
      if (k + 1 < last) {
        bulge = s * e[k + 1];
        e[k + 1] *= c;
        x = e[k];
        z = bulge;
      }
    }
  }

  /** The eigenvalue of the last two rows that is nearer to the last diagonal entry. */
  private double shift(int last) {
    double offset = e[last - 1];
    double half = (d[last - 1] - d[last]) / 2;
    double root = Math.sqrt(half * half + offset * offset);
    double divisor = half >= 0 ? half + root : half - root;
    return divisor == 0 ? d[last] : d[last] - offset / divisor * offset;
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
