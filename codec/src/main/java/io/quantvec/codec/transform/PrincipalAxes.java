/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The principal axes of a sample's residual directions. A {@link Klt} for any budget is cheap to
 * derive from them.
 *
 * @param centroid the mean of the sample, not normalized; its length is the dimension d
 * @param eigenvalues d variances along the axes, descending, not negative; their sum is the share
 *     of sample vectors that differ from the centroid
 * @param axes d orthonormal rows of d numbers, in the order of the eigenvalues
 */
public record PrincipalAxes(float[] centroid, double[] eigenvalues, double[][] axes) {

  /**
   * Learns the axes. For n vectors this needs about 16 d^2 bytes of memory and O(n d^2 + d^3) time.
   *
   * @param sample finite vectors of equal length, already normalized if the similarity is cosine;
   *     not changed; not empty. One vector gives a valid result; a good result needs ten times as
   *     many vectors as dimensions.
   * @throws IllegalArgumentException if the sample is empty or the vectors' lengths differ
   */
  public static PrincipalAxes of(List<float[]> sample) {
    float[] centroid = mean(sample);
    SymmetricEigen eigen =
        SymmetricEigen.decompose(SecondMoment.ofResidualDirections(sample, centroid));
    double[] eigenvalues = eigen.values();
    for (int d = 0; d < eigenvalues.length; d++) {
      // Only rounding errors make an eigenvalue of a second moment negative.
      eigenvalues[d] = Math.max(eigenvalues[d], 0);
    }
    return new PrincipalAxes(centroid, eigenvalues, eigen.vectors());
  }

  /** The mean, not normalized. */
  public static float[] mean(List<float[]> sample) {
    if (sample.isEmpty()) {
      throw new IllegalArgumentException("expected at least one vector");
    }
    double[] sum = new double[sample.get(0).length];
    for (float[] vector : sample) {
      if (vector.length != sum.length) {
        throw new IllegalArgumentException(
            "expected vectors of " + sum.length + " components, got " + vector.length);
      }
      for (int d = 0; d < sum.length; d++) {
        sum[d] += vector[d];
      }
    }
    float[] mean = new float[sum.length];
    for (int d = 0; d < sum.length; d++) {
      mean[d] = (float) (sum[d] / sample.size());
    }
    return mean;
  }

  /** Components per vector. */
  public int dimension() {
    return centroid.length;
  }

  /**
   * Derives the transform and the bit allocation for a budget.
   *
   * @param budget bits per code, at least 1; see {@link BitAllocation#budget}
   * @param blockSize dimensions that share a number of bits and a scale, at least 1; reduced if the
   *     budget is smaller than one bit for each of them
   * @param seed seed of the random rotations within the blocks
   * @throws IllegalArgumentException if the budget or the block size is below 1
   */
  public Klt klt(int budget, int blockSize, long seed) {
    if (budget < 1 || blockSize < 1) {
      throw new IllegalArgumentException(
          "expected a budget of at least 1 bit and a block of at least 1 dimension, got "
              + budget
              + " and "
              + blockSize);
    }
    int size = Math.min(blockSize, Math.min(budget, dimension()));
    byte[] all = BitAllocation.allocate(eigenvalues, size, budget);
    int kept = 0;
    while (kept < all.length && all[kept] > 0) {
      kept++;
    }
    byte[] bits = Arrays.copyOf(all, kept);
    float[] sigmas = new float[kept];
    float[][] rows = new float[Math.min(kept * size, dimension())][];
    SplittableRandom random = new SplittableRandom(seed);
    for (int block = 0; block < kept; block++) {
      int start = block * size;
      int end = Math.min(start + size, dimension());
      double energy = 0;
      for (int d = start; d < end; d++) {
        energy += Math.max(eigenvalues[d], BitAllocation.MIN_EIGENVALUE);
      }
      sigmas[block] = (float) Math.sqrt(energy / (end - start));
      double[][] rotation = RandomRotation.draw(end - start, random);
      for (int d = start; d < end; d++) {
        rows[d] = combine(rotation[d - start], start);
      }
    }
    return new Klt(centroid, eigenvalues, size, bits, sigmas, rows);
  }

  private float[] combine(double[] weights, int start) {
    double[] sum = new double[dimension()];
    for (int k = 0; k < weights.length; k++) {
      double[] axis = axes[start + k];
      double weight = weights[k];
      for (int j = 0; j < sum.length; j++) {
        sum[j] += weight * axis[j];
      }
    }
    float[] row = new float[sum.length];
    for (int j = 0; j < row.length; j++) {
      row[j] = (float) sum[j];
    }
    return row;
  }
}
