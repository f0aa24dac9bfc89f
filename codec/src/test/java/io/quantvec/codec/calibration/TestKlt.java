/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.transform.BitAllocation;
import io.quantvec.codec.transform.Klt;
import io.quantvec.codec.transform.KltTransform;
import io.quantvec.codec.transform.PrincipalAxes;
import io.quantvec.codec.transform.UniformQuantizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TestKlt {

  private static double[] deviations(int dimension) {
    double[] deviations = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      deviations[d] = 1 / Math.sqrt(1 + d);
    }
    return deviations;
  }

  @Test
  void sigmasAreTheSpreadOfTheTransformedDirections() {
    List<float[]> sample = Samples.rotatedNormal(2_000, deviations(70), 1);
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
    assertEquals(1, klt.keptEnergy(), 1e-12);
    assertTrue(klt.codeBits() <= 210 && klt.codeBits() > 210 - 16);
    assertTrue(klt.modelError() > .05 && klt.modelError() < .5, "" + klt.modelError());
    assertOrthonormal(klt.rows());
  }

  @Test
  void dropsBlocksWithoutBits() {
    List<float[]> sample = Samples.rotatedNormal(1_000, deviations(100), 2);
    PrincipalAxes axes = PrincipalAxes.of(sample);
    Klt klt = axes.klt(BitAllocation.budget(.5, 100), 16, 3);
    assertTrue(klt.keptDimension() < 100);
    assertEquals(klt.bits().length * 16, klt.keptDimension());
    assertTrue(klt.codeBits() <= 50);
    assertTrue(klt.keptEnergy() > .3 && klt.keptEnergy() < 1);
    for (byte b : klt.bits()) {
      assertTrue(b > 0);
    }
    assertOrthonormal(klt.rows());
  }

  @Test
  void isTheSameForTheSameSeedOnly() {
    List<float[]> sample = Samples.rotatedNormal(300, deviations(40), 4);
    Klt one = PrincipalAxes.of(sample).klt(80, 16, 9);
    Klt same = PrincipalAxes.of(sample).klt(80, 16, 9);
    Klt other = PrincipalAxes.of(sample).klt(80, 16, 10);
    assertArrayEquals(one.rows(), same.rows());
    assertArrayEquals(one.bits(), other.bits());
    assertTrue(one.rows()[0][0] != other.rows()[0][0]);
  }

  @Test
  void poorSamplesGiveFiniteTransforms() {
    List<List<float[]>> samples = new ArrayList<>();
    samples.add(List.of(new float[] {3}));
    samples.add(List.of(new float[20]));
    samples.add(List.of(new float[20], new float[20], new float[20]));
    // Fewer vectors than dimensions, three of which are dead, and vectors of zeros.
    List<float[]> few = Samples.rotatedNormal(10, deviations(40), 5);
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
        assertTrue(klt.codeBits() <= budget && klt.codeBits() > 0);
        assertOrthonormal(klt.rows());
        assertTrue(klt.keptEnergy() >= 0 && klt.keptEnergy() <= 1);
        assertTrue(klt.modelError() >= 0 && klt.modelError() <= 1);
        for (int block = 0; block < klt.bits().length; block++) {
          assertTrue(klt.step(block) >= Float.MIN_NORMAL && klt.step(block) < 10);
        }
      }
    }
  }

  @Test
  void refusesBudgetsAndBlocksBelowOne() {
    PrincipalAxes axes = PrincipalAxes.of(List.of(new float[] {1, 2}));
    assertThrows(IllegalArgumentException.class, () -> axes.klt(0, 16, 1));
    assertThrows(IllegalArgumentException.class, () -> axes.klt(1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> PrincipalAxes.of(List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> PrincipalAxes.of(List.of(new float[1], new float[2])));
  }

  @Test
  void manyVectorsMapAsOneByOne() {
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
      assertTrue(transform.ramBytesUsed() >= 4L * shape[0] * shape[1]);
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
      float[] backAgain = new float[shape[0]];
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
        transform.transposed().apply(image, backAgain);
        assertArrayEquals(back, backAgain, 2e-5f * shape[0]);
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
      vector[i] = (float) Samples.gaussian(random);
    }
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
    TestSymmetricEigen.assertOrthonormal(doubles, 1e-6);
  }
}
