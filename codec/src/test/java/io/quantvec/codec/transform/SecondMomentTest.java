/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.transform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SecondMomentTest {

  @Test
  void equalsTheDirectSum() {
    // Numbers of vectors below, at and above multiples of the chunk size 16.
    int[][] shapes = {{1, 1}, {2, 1}, {15, 3}, {40, 3}, {64, 8}, {200, 17}, {33, 215}};
    for (int[] shape : shapes) {
      int n = shape[0];
      int d = shape[1];
      SplittableRandom random = new SplittableRandom(n);
      List<float[]> sample = new ArrayList<>();
      float[] centroid = new float[d];
      for (int i = 0; i < n; i++) {
        float[] vector = new float[d];
        for (int j = 0; j < d; j++) {
          vector[j] = (float) SyntheticSamples.gaussian(random);
        }
        sample.add(vector);
      }
      for (int j = 0; j < d; j++) {
        centroid[j] = (float) (.3 * SyntheticSamples.gaussian(random));
      }
      double[][] expected = directSum(sample, centroid);
      double[][] actual = SecondMoment.ofResidualDirections(sample, centroid);
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          assertEquals(expected[i][j], actual[i][j], 1e-13);
        }
      }
    }
  }

  private static double[][] directSum(List<float[]> sample, float[] centroid) {
    int d = centroid.length;
    double[][] moment = new double[d][d];
    for (float[] vector : sample) {
      double squares = 0;
      for (int j = 0; j < d; j++) {
        squares += Math.pow((double) vector[j] - centroid[j], 2);
      }
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          moment[i][j] +=
              ((double) vector[i] - centroid[i])
                  * ((double) vector[j] - centroid[j])
                  / squares
                  / sample.size();
        }
      }
    }
    if (sample.size() < SecondMoment.SHRINK_BELOW * d) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          // The trace is 1, because every direction has length 1.
          moment[i][j] = .9 * moment[i][j] + (i == j ? .1 / d : 0);
        }
      }
    }
    return moment;
  }

  @Test
  void vectorsAtTheCentroidCountAsZeros() {
    List<float[]> sample = new ArrayList<>();
    for (int i = 0; i < 2 * SecondMoment.SHRINK_BELOW; i++) {
      sample.add(new float[] {1, i % 2 == 0 ? 1 : 2});
    }
    double[][] moment = SecondMoment.ofResidualDirections(sample, new float[] {1, 1});
    assertEquals(0, moment[0][0]);
    assertEquals(.5, moment[1][1], 1e-15);
  }

  @Test
  void hugeAndTinyResidualsCountFully() {
    for (float size : new float[] {Float.MAX_VALUE, 1e-33f, Float.MIN_VALUE}) {
      List<float[]> sample = new ArrayList<>();
      for (int i = 0; i < 2 * SecondMoment.SHRINK_BELOW; i++) {
        sample.add(i % 2 == 0 ? new float[] {size, 0} : new float[] {0, -size});
      }
      double[][] moment = SecondMoment.ofResidualDirections(sample, new float[2]);
      assertEquals(.5, moment[0][0], 1e-15);
      assertEquals(.5, moment[1][1], 1e-15);
      assertTrue(moment[0][1] == 0);
    }
  }

  @Test
  void rejectsEmptySamplesAndWrongLengths() {
    assertThrows(
        IllegalArgumentException.class,
        () -> SecondMoment.ofResidualDirections(List.of(), new float[2]));
    assertThrows(
        IllegalArgumentException.class,
        () -> SecondMoment.ofResidualDirections(List.of(new float[3]), new float[2]));
  }
}
