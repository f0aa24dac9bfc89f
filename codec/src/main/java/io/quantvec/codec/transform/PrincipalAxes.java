/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The principal axes of a sample's residual directions, from which a {@link Klt} for any budget
 * follows at little cost.
 *
 * @param sampleSize vectors learned from
 * @param centroid the plain mean of the sample; its length is the dimension d
 * @param eigenvalues d variances along the axes, descending, not negative; they sum to the share of
 *     sample vectors that are not the centroid itself
 * @param axes d rows of d: orthonormal, in the order of the eigenvalues
 */
public record PrincipalAxes(
    int sampleSize, float[] centroid, double[] eigenvalues, double[][] axes) {

  /**
   * Learns the axes. Takes about 16 d^2 bytes of memory and time in the order of n d^2 + d^3.
   *
   * @param sample finite vectors of equal length, normalised before where the similarity is cosine;
   *     not changed; not empty. One vector is enough for a valid result; for a good one take ten
   *     times as many as dimensions.
   * @throws IllegalArgumentException if the sample is empty, or lengths differ
   */
  public static PrincipalAxes of(List<float[]> sample) {
    float[] centroid = mean(sample);
    SymmetricEigen eigen =
        SymmetricEigen.decompose(SecondMoment.ofResidualDirections(sample, centroid));
    double[] eigenvalues = eigen.values();
    for (int d = 0; d < eigenvalues.length; d++) {
      // A second moment has none below zero but by rounding.
      eigenvalues[d] = Math.max(eigenvalues[d], 0);
    }
    return new PrincipalAxes(sample.size(), centroid, eigenvalues, eigen.vectors());
  }

  /** The plain mean, never normalised. */
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

  /** Components a vector. */
  public int dimension() {
    return centroid.length;
  }

  /**
   * The transform and the bits for a budget.
   *
   * @param budget bits a code of a vector may take, at least 1; see {@link BitAllocation#budget}
   * @param blockSize dimensions that share bits and scale, at least 1; made smaller if one bit a
   *     dimension of it exceeds the budget
   * @param seed what the rotations within the blocks are drawn from
   * @throws IllegalArgumentException if the budget or the block is below 1
   */
  public Klt klt(int budget, int blockSize, long seed) {
    if (budget < 1 || blockSize < 1) {
      throw new IllegalArgumentException(
          "expected a budget and a block of at least 1, got " + budget + " and " + blockSize);
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
    return new Klt(sampleSize, centroid, eigenvalues, size, bits, sigmas, rows);
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
