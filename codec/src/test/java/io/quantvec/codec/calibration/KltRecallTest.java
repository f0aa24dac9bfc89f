/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.transform.Klt;
import io.quantvec.codec.transform.KltTransform;
import io.quantvec.codec.transform.PrincipalAxes;
import io.quantvec.codec.transform.SyntheticSamples;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The learned transform finds more of the nearest neighbors at the same number of bits. */
class KltRecallTest {

  private static final int DIMENSION = 64;
  private static final int NEIGHBORS = 10;

  @Test
  void mixedBitsFindMoreNeighborsThanUniformBits() {
    double[] deviations = new double[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      deviations[d] = Math.pow(1 + d, -.7);
    }
    List<float[]> base = SyntheticSamples.rotatedNormal(3_000, deviations, 11);
    List<float[]> queries = SyntheticSamples.rotatedNormal(100, deviations, 12);
    PrincipalAxes axes = PrincipalAxes.of(base);
    for (int bits = 1; bits <= 2; bits++) {
      double mixed = mixed(base, queries, axes.klt(bits * DIMENSION, 16, 1));
      double uniform = uniform(base, queries, bits);
      assertTrue(mixed > uniform + .1, bits + " bits: " + mixed + " versus " + uniform);
      assertTrue(mixed > (bits == 1 ? .6 : .75), bits + " bits: " + mixed);
    }
  }

  private static double mixed(List<float[]> base, List<float[]> queries, Klt klt) {
    int kept = klt.keptDimension();
    int[] bits = new int[kept];
    float[] steps = new float[kept];
    for (int d = 0; d < kept; d++) {
      bits[d] = klt.bits()[d / klt.blockSize()];
      steps[d] = klt.step(d / klt.blockSize());
    }
    KltTransform transform = new KltTransform(klt.rows());
    float[][] images = new float[base.size() + queries.size()][kept];
    float[][] residuals = residuals(base, queries, klt.centroid());
    transform.applyAll(residuals, images, images.length);
    return recall(base, queries, residuals, images, bits, steps, true);
  }

  private static double uniform(List<float[]> base, List<float[]> queries, int bits) {
    List<float[]> copy = base.stream().map(float[]::clone).toList();
    Calibration calibration = new Calibrator().uniform(bits, copy);
    float[][] residuals = residuals(base, queries, calibration.centroid());
    float[][] images = residuals(base, queries, calibration.centroid());
    for (int i = 0; i < images.length; i++) {
      calibration.transform().apply(residuals[i], images[i]);
    }
    int[] all = new int[DIMENSION];
    Arrays.fill(all, bits);
    // Without a learned transform, the unbiased rescale factor ranks better.
    return recall(base, queries, residuals, images, all, calibration.stepsPerDimension(), false);
  }

  private static float[][] residuals(List<float[]> base, List<float[]> queries, float[] centroid) {
    float[][] residuals = new float[base.size() + queries.size()][DIMENSION];
    for (int i = 0; i < residuals.length; i++) {
      float[] vector = i < base.size() ? base.get(i) : queries.get(i - base.size());
      for (int d = 0; d < DIMENSION; d++) {
        residuals[i][d] = vector[d] - centroid[d];
      }
    }
    return residuals;
  }

  /**
   * Recall of the ten nearest vectors by the estimate |x - q|^2 ~ |q - c|^2 + |x - c|^2 - 2 rescale
   * * dot(decoded, T(q - c)).
   */
  private static double recall(
      List<float[]> base,
      List<float[]> queries,
      float[][] residuals,
      float[][] images,
      int[] bits,
      float[] steps,
      boolean normPreserving) {
    int n = base.size();
    double[][] decoded = new double[n][];
    double[] squares = new double[n];
    for (int i = 0; i < n; i++) {
      squares[i] = inner(residuals[i], residuals[i]);
      decoded[i] = decode(images[i], Math.sqrt(squares[i]), bits, steps, normPreserving);
    }
    double hits = 0;
    for (int q = 0; q < queries.size(); q++) {
      double[] exact = new double[n];
      double[] estimated = new double[n];
      for (int i = 0; i < n; i++) {
        exact[i] = squares[i] - 2 * inner(residuals[i], residuals[n + q]);
        double dot = 0;
        for (int d = 0; d < steps.length; d++) {
          dot += decoded[i][d] * images[n + q][d];
        }
        estimated[i] = squares[i] - 2 * dot;
      }
      Set<Integer> found = nearest(estimated);
      found.retainAll(nearest(exact));
      hits += found.size();
    }
    return hits / (NEIGHBORS * queries.size());
  }

  private static double[] decode(
      float[] y, double length, int[] bits, float[] steps, boolean normPreserving) {
    double[] best = new double[y.length];
    double bestCosine = -1;
    for (double stretch = .7; stretch < 1.41; stretch += .14) {
      double[] yhat = new double[y.length];
      double alignment = 0;
      double yy = 0;
      double hh = 0;
      for (int d = 0; d < y.length; d++) {
        int half = 1 << (bits[d] - 1);
        double code = Math.floor(y[d] / (length * stretch * steps[d]));
        yhat[d] = (Math.clamp(code, -half, half - 1) + .5) * steps[d];
        alignment += y[d] * yhat[d];
        yy += y[d] * y[d];
        hh += yhat[d] * yhat[d];
      }
      double cosine = alignment / Math.sqrt(yy * hh);
      if (cosine > bestCosine) {
        bestCosine = cosine;
        double factor = normPreserving ? Math.sqrt(yy / hh) : length * length / alignment;
        for (int d = 0; d < y.length; d++) {
          best[d] = yhat[d] * factor;
        }
      }
    }
    return best;
  }

  private static double inner(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static Set<Integer> nearest(double[] distances) {
    return new HashSet<>(
        IntStream.range(0, distances.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> distances[i]))
            .limit(NEIGHBORS)
            .toList());
  }
}
