/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibrator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KltTest {

  private static double[] deviations(int dimension) {
    double[] deviations = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      deviations[d] = 1 / Math.sqrt(1 + d);
    }
    return deviations;
  }

  @Test
  void sigmasAreTheRootMeanSquaresOfTransformedDirections() {
    List<float[]> sample = SyntheticSamples.rotatedNormal(2_000, deviations(70), 1);
    PrincipalAxes axes = PrincipalAxes.of(sample);
    Klt klt = axes.klt(BitAllocation.budget(3, 70), 16, 3);
    assertEquals(70, klt.keptDimension());
    assertEquals(5, klt.bits().length);
    assertEquals(6, klt.size(4));
    KltTransform transform = new KltTransform(klt.rows());
    double[] energy = new double[5];
    float[] y = new float[70];
    for (float[] vector : sample) {
      transform.apply(direction(vector, klt.centroid()), y);
      for (int d = 0; d < 70; d++) {
        energy[d / 16] += y[d] * y[d] / sample.size();
      }
    }
    for (int block = 0; block < 5; block++) {
      double rms = Math.sqrt(energy[block] / klt.size(block));
      assertEquals(rms, klt.sigmas()[block], 1e-6);
      assertEquals(klt.sigmas()[block] * UniformQuantizer.step(klt.bits()[block]), klt.step(block));
    }
    assertEquals(1, sum(axes.eigenvalues()), 1e-9);
    assertEquals(1, keptVariance(klt), 1e-12);
    assertTrue(codeBits(klt) <= 210 && codeBits(klt) > 210 - 16);
    assertTrue(modelError(klt) > .05 && modelError(klt) < .5, "" + modelError(klt));
    assertOrthonormal(klt.rows());
  }

  @Test
  void dropsBlocksWithoutBits() {
    List<float[]> sample = SyntheticSamples.rotatedNormal(1_000, deviations(100), 2);
    PrincipalAxes axes = PrincipalAxes.of(sample);
    Klt klt = axes.klt(BitAllocation.budget(.5, 100), 16, 3);
    assertTrue(klt.keptDimension() < 100);
    assertEquals(klt.bits().length * 16, klt.keptDimension());
    assertTrue(codeBits(klt) <= 50);
    assertTrue(keptVariance(klt) > .3 && keptVariance(klt) < 1);
    for (byte b : klt.bits()) {
      assertTrue(b > 0);
    }
    assertOrthonormal(klt.rows());
  }

  @Test
  void equalSeedsGiveEqualTransforms() {
    List<float[]> sample = SyntheticSamples.rotatedNormal(300, deviations(40), 4);
    Klt one = PrincipalAxes.of(sample).klt(80, 16, 9);
    Klt same = PrincipalAxes.of(sample).klt(80, 16, 9);
    Klt other = PrincipalAxes.of(sample).klt(80, 16, 10);
    assertArrayEquals(one.rows(), same.rows());
    assertArrayEquals(one.bits(), other.bits());
    assertTrue(one.rows()[0][0] != other.rows()[0][0]);
  }

  @Test
  void degenerateSamplesGiveFiniteTransforms() {
    List<List<float[]>> samples = new ArrayList<>();
    samples.add(List.of(new float[] {3}));
    samples.add(List.of(new float[20]));
    samples.add(List.of(new float[20], new float[20], new float[20]));
    // Fewer vectors than dimensions, three dimensions without variance, and a vector of zeros.
    List<float[]> few = SyntheticSamples.rotatedNormal(10, deviations(40), 5);
    for (float[] vector : few) {
      vector[3] = 1e-33f;
      vector[17] = -1e-33f;
      vector[18] = 0;
    }
    few.add(new float[40]);
    samples.add(few);
    samples.add(List.of(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE}, new float[2]));
    for (List<float[]> sample : samples) {
      int dimension = sample.get(0).length;
      for (double bits : new double[] {.5, 1, 1.58, 4, 7}) {
        int budget = BitAllocation.budget(bits, dimension);
        Klt klt = PrincipalAxes.of(sample).klt(budget, 16, 1);
        assertTrue(codeBits(klt) <= budget && codeBits(klt) > 0);
        assertOrthonormal(klt.rows());
        assertTrue(keptVariance(klt) >= 0 && keptVariance(klt) <= 1);
        assertTrue(modelError(klt) >= 0 && modelError(klt) <= 1);
        for (int block = 0; block < klt.bits().length; block++) {
          assertTrue(klt.step(block) >= Float.MIN_NORMAL && klt.step(block) < 10);
        }
      }
    }
  }

  @Test
  void rejectsBudgetsAndBlocksBelowOne() {
    PrincipalAxes axes = PrincipalAxes.of(List.of(new float[] {1, 2}));
    assertThrows(IllegalArgumentException.class, () -> axes.klt(0, 16, 1));
    assertThrows(IllegalArgumentException.class, () -> axes.klt(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> PrincipalAxes.of(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> PrincipalAxes.of(List.of(new float[1], new float[2])));
  }

  @Test
  void batchesMapLikeSingleVectors() {
    SplittableRandom random = new SplittableRandom(6);
    int[][] shapes = {{1, 1}, {3, 2}, {4, 4}, {70, 33}, {515, 300}, {2_500, 70}};
    for (int[] shape : shapes) {
      float[][] rows = new float[shape[1]][shape[0]];
      for (float[] row : rows) {
        fill(row, random);
      }
      KltTransform transform = new KltTransform(rows);
      assertEquals(shape[0], transform.inputs());
      assertEquals(shape[1], transform.outputs());

      float[] copy = new float[shape[0]];
      transform.copyRow(shape[1] - 1, copy);
      assertArrayEquals(rows[shape[1] - 1], copy);
      int count = 11;
      float[][] vectors = new float[count][shape[0]];
      float[][] images = new float[count][shape[1]];
      for (int v = 0; v < count; v++) {
        fill(vectors[v], random);
        fill(images[v], random);
      }
      transform.applyAll(vectors, images, count);
      float[] image = new float[shape[1]];
      float[] back = new float[shape[0]];

      for (int v = 0; v < count; v++) {
        transform.apply(vectors[v], image);
        assertArrayEquals(images[v], image);
        for (int r = 0; r < shape[1]; r++) {
          double expected = 0;
          for (int j = 0; j < shape[0]; j++) {
            expected += (double) rows[r][j] * vectors[v][j];
          }
          assertEquals(expected, image[r], 2e-6 * shape[0]);
        }
        transform.applyTransposed(image, back);

        for (int j = 0; j < shape[0]; j += 7) {
          double expected = 0;
          for (int r = 0; r < shape[1]; r++) {
            expected += (double) rows[r][j] * image[r];
          }
          assertEquals(expected, back[j], 2e-5 * shape[0]);
        }
      }
    }
    assertThrows(IllegalArgumentException.class, () -> new KltTransform(new float[0][]));
    assertThrows(
        IllegalArgumentException.class, () -> new KltTransform(new float[][] {{1, 2}, {1}}));
  }

  private static void fill(float[] vector, SplittableRandom random) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) SyntheticSamples.gaussian(random);
    }
  }

  private static int codeBits(Klt klt) {
    int sum = 0;
    for (int block = 0; block < klt.bits().length; block++) {
      sum += klt.bits()[block] * klt.size(block);
    }
    return sum;
  }

  /** The share of the variance that lies in kept dimensions. */
  private static double keptVariance(Klt klt) {
    double kept = 0;
    for (int d = 0; d < klt.keptDimension(); d++) {
      kept += klt.eigenvalues()[d];
    }
    double all = sum(klt.eigenvalues());
    return all > 0 ? kept / all : 1;
  }

  /** The root mean square error that a model of normally distributed components predicts. */
  private static double modelError(Klt klt) {
    double error = 0;
    for (int d = 0; d < klt.dimension(); d++) {
      int bits = d < klt.keptDimension() ? klt.bits()[d / klt.blockSize()] : 0;
      error += klt.eigenvalues()[d] * BitAllocation.distortion(bits);
    }
    double all = sum(klt.eigenvalues());
    return all > 0 ? Math.sqrt(error / all) : 0;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum;
  }

  private static float[] direction(float[] vector, float[] centroid) {
    float[] direction = new float[vector.length];
    Calibrator.residualDirection(vector, centroid, direction);
    return direction;
  }

  private static void assertOrthonormal(float[][] rows) {
    double[][] doubles = new double[rows.length][rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        doubles[i][j] = rows[i][j];
      }
    }
    SymmetricEigenTest.assertOrthonormal(doubles, 1e-6);
  }
}
