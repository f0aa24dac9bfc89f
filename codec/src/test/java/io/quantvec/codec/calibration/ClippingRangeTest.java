/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.transform.SyntheticSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClippingRangeTest {

  private static final List<ClippingRange> ALL =
      List.of(
          ClippingRange.minmax(),
          ClippingRange.mse(),
          ClippingRange.entropy(),
          ClippingRange.percentile(99.9));

  @Test
  void minmaxTakesTheLargestMagnitude() {
    assertEquals(5, ClippingRange.minmax().of(new float[] {1, -5, 4}, 8));
  }

  @Test
  void percentilesAreInterpolatedMagnitudes() {
    float[] column = new float[101];
    for (int i = 0; i <= 100; i++) {
      column[i] = i % 2 == 0 ? i : -i;
    }
    assertEquals(100, ClippingRange.percentile(100).of(column, 8));
    assertEquals(90, ClippingRange.percentile(90).of(column, 8), 1e-5);
    assertEquals(99.5f, ClippingRange.percentile(99.5).of(column, 8), 1e-4);
    for (double wrong : new double[] {0, -1, 100.1, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> ClippingRange.percentile(wrong));
    }
  }

  @Test
  void mseHasTheSmallestErrorAndClipsASingleOutlier() {
    float[] column = normal(40_000, 1);
    float plain = ClippingRange.mse().of(column, 8);
    assertTrue(plain > 3 && plain < 5, "" + plain);
    // The outlier's error (30 - range)^2 against the others' 40,000 (range / 127)^2 / 12: the best
    // range is about 25.
    column[17] = 30;
    float range = ClippingRange.mse().of(column, 8);
    assertEquals(25, range, 1);
    double own = error(column, range);
    for (int percent = 30; percent <= 100; percent += 5) {
      assertTrue(own <= error(column, 30 * percent / 100f) * 1.001, percent + " %");
    }
  }

  @Test
  void entropyClipsLongTailsButNotUniformValues() {
    float[] even = new float[10_000];
    float[] tailed = normal(10_000, 2);
    for (int i = 0; i < even.length; i++) {
      even[i] = (i - 5_000) / 5_000f;
    }
    for (int i = 0; i < 5; i++) {
      tailed[i] = 12 + i;
    }
    assertTrue(ClippingRange.entropy().of(even, 8) > .9f);
    float range = ClippingRange.entropy().of(tailed, 8);
    assertTrue(range > 2 && range < 8, "" + range);
  }

  /** Computes the divergence by its definition, as a sum over all bins instead of prefix sums. */
  @Test
  void entropyMatchesItsDefinition() {
    for (int seed = 3; seed < 9; seed++) {
      float[] column = normal(300 * seed, seed);
      for (int i = 0; i < seed; i++) {
        column[i] *= seed;
      }
      assertEquals(entropyByDefinition(column), ClippingRange.entropy().of(column, 8), 1e-6f);
    }
  }

  private static float entropyByDefinition(float[] column) {
    float max = ClippingRange.minmax().of(column, 8);
    double[] histogram = new double[1024];
    for (float v : column) {
      histogram[Math.min(1023, (int) ((double) Math.abs(v) / max * 1024))]++;
    }
    double least = Double.POSITIVE_INFINITY;
    float best = 0;
    for (int bins = 128; bins <= 1024; bins += 8) {
      double inside = 0;
      for (int i = 0; i < bins; i++) {
        inside += histogram[i];
      }
      double outside = column.length - inside;
      double divergence = 0;
      for (int level = 0; level < 128; level++) {
        int from = level * bins / 128;
        int to = (level + 1) * bins / 128;
        double count = 0;
        int used = 0;
        for (int i = from; i < to; i++) {
          count += histogram[i];
          used += histogram[i] > 0 ? 1 : 0;
        }
        for (int i = from; i < to; i++) {
          double p = (histogram[i] + (i == bins - 1 ? outside : 0)) / column.length;
          double q = (histogram[i] > 0 ? count / used : 1e-4) / inside;
          divergence += p > 0 ? p * Math.log(p / q) : 0;
        }
      }
      if (divergence <= least) {
        least = divergence;
        best = (float) ((double) max * bins / 1024);
      }
    }
    return best;
  }

  @Test
  void zeroAndTinyColumnsHaveFiniteRanges() {
    List<float[]> columns =
        List.of(
            new float[0],
            new float[9],
            new float[] {0},
            new float[] {1e-33f, -1e-33f, 2e-33f},
            new float[] {Float.MIN_VALUE, 0},
            new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, 1},
            new float[] {2, 2, 2});
    for (float[] column : columns) {
      float max = ClippingRange.minmax().of(column, 8);
      for (ClippingRange range : ALL) {
        float a = range.of(column, 8);
        assertTrue(a >= 0 && a <= max, a + " of " + max);
        assertTrue(max == 0 || a > 0, a + " of " + max);
      }
    }
  }

  @Test
  void rangesOfDimensionsEqualRangesOfColumns() {
    List<float[]> sample = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(10);
    for (int i = 0; i < 200; i++) {
      float[] vector = new float[37];
      for (int d = 0; d < 37; d++) {
        vector[d] = (float) (d * SyntheticSamples.gaussian(random));
      }
      sample.add(vector);
    }
    for (ClippingRange range : ALL) {
      float[] expected = new float[37];
      for (int d = 0; d < 37; d++) {
        float[] column = new float[200];
        for (int i = 0; i < 200; i++) {
          column[i] = sample.get(i)[d];
        }
        expected[d] = range.of(column, 8);
      }
      assertArrayEquals(expected, range.ofDimensions(sample));
    }
  }

  private static float[] normal(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] column = new float[count];
    for (int i = 0; i < count; i++) {
      column[i] = (float) SyntheticSamples.gaussian(random);
    }
    return column;
  }

  private static double error(float[] column, float range) {
    double step = range / 127;
    double error = 0;
    for (float v : column) {
      double miss = v - Math.clamp(Math.rint(v / step), -127, 127) * step;
      error += miss * miss;
    }
    return error;
  }
}
