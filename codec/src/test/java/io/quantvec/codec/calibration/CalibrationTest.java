/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.transform.HadamardTransform;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {

  private static List<float[]> sample(int count, int dimension) {
    Random random = new Random(5);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
      vectors.add(vector);
    }
    return vectors;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 64, 100, 127, 384, 4_096})
  void rotationKeepsLengthsAndIsInvertible(int dimension) {
    HadamardTransform rotation = new HadamardTransform(dimension, 9);
    float[] original = sample(1, dimension).get(0);
    float[] image = new float[dimension];
    rotation.apply(original, image);
    assertEquals(norm(original), norm(image), 1e-4 * norm(original));
    float[] vector = new float[dimension];
    rotation.applyTransposed(image, vector);
    assertArrayEquals(original, vector, 1e-4f);
  }

  @Test
  void rotationSpreadsASingleComponent() {
    for (int dimension : new int[] {100, 127, 384}) {
      for (int spike = 0; spike < dimension; spike += 13) {
        float[] vector = new float[dimension];
        vector[spike] = 1;
        float[] image = new float[dimension];
        new HadamardTransform(dimension, 1).apply(vector, image);
        float max = 0;
        for (float v : image) {
          max = Math.max(max, Math.abs(v));
        }
        assertTrue(max < 6 / Math.sqrt(dimension), dimension + "/" + spike + ": " + max);
      }
    }
  }

  private static double norm(float[] vector) {
    double squares = 0;
    for (float v : vector) {
      squares += (double) v * v;
    }
    return Math.sqrt(squares);
  }

  @Test
  void equalSamplesGiveEqualIds() {
    assertArrayEquals(
        new Calibrator().int8(sample(100, 20)).id(), new Calibrator().int8(sample(100, 20)).id());
    assertArrayEquals(
        new Calibrator().uniform(4, sample(100, 20)).id(),
        new Calibrator().uniform(4, sample(100, 20)).id());
    assertFalse(
        Arrays.equals(
            new Calibrator().uniform(4, sample(100, 20)).id(),
            new Calibrator().uniform(4, sample(101, 20)).id()));
    assertFalse(
        Arrays.equals(
            new Calibrator().uniform(4, sample(100, 20)).id(),
            new Calibrator().uniform(1, sample(100, 20)).id()));
  }

  @Test
  void moreBitsExpectSmallerErrors() {
    float binary = new Calibrator().uniform(1, sample(500, 64)).expectedError();
    float int4 = new Calibrator().uniform(4, sample(500, 64)).expectedError();
    float int8 = new Calibrator().int8(sample(500, 64)).expectedError();
    // Mean squared errors for a unit normal variable: 0.3634 at 1 bit, 0.01154 at 4 bits.
    assertEquals(Math.sqrt(.3634), binary, .03);
    assertEquals(Math.sqrt(.01154), int4, .02);
    assertTrue(int8 < .02, "int8: " + int8);
  }

  @Test
  void sampleIsBoundedAndDeterministic() {
    VectorSample first = new VectorSample(4);
    VectorSample second = new VectorSample(4);
    for (int i = 0; i < 3 * VectorSample.MAX_VECTORS; i++) {
      first.offer(new float[] {i, 0, 0, 0});
      second.offer(new float[] {i, 0, 0, 0});
    }
    assertEquals(VectorSample.MAX_VECTORS, first.vectors().size());
    double sum = 0;
    for (int i = 0; i < first.vectors().size(); i++) {
      assertArrayEquals(first.vectors().get(i), second.vectors().get(i));
      sum += first.vectors().get(i)[0];
    }
    // A uniform sample of 0 to 3n has a mean of 1.5n with a standard error of about n / 100.
    double mean = sum / VectorSample.MAX_VECTORS;
    assertEquals(1.5 * VectorSample.MAX_VECTORS, mean, .05 * VectorSample.MAX_VECTORS);
    VectorSample large = new VectorSample(16_000);
    for (int i = 0; i < 1_100; i++) {
      large.offer(new float[16_000]);
    }
    assertEquals(VectorSample.MAX_FLOATS / 16_000, large.vectors().size());
  }

  /** Vectors that are small in some dimensions at first and large there later. */
  private static List<float[]> changing(int first, int later) {
    List<float[]> vectors = sample(first + later, 64);
    for (int i = 0; i < first; i++) {
      for (int d = 0; d < 32; d++) {
        vectors.get(i)[d] *= .05f;
      }
    }
    return vectors;
  }

  @Test
  void scalesUseTheWholeSample() {
    Calibration calibration = new Calibrator().int8(changing(1_000, 9_000));
    assertTrue(calibration.clipRate() < .01, "clip rate " + calibration.clipRate());
    assertTrue(calibration.expectedError() < .03, "error " + calibration.expectedError());
  }

  private static double ratio(Calibration calibration, List<float[]> vectors) {
    return DriftCheck.ratio(calibration, DriftCheck.liveError(calibration, vectors));
  }

  @Test
  void driftIsDetectedAnywhereInTheSample() {
    Calibration calibration = CalibrationFixtures.mixed(1, changing(5_000, 0));
    assertTrue(ratio(calibration, changing(5_000, 0)) < 1.1);
    assertTrue(ratio(calibration, changing(0, 5_000)) > 1.5);
    double mixed = ratio(calibration, changing(3_000, 2_000));
    List<float[]> reversed = changing(3_000, 2_000);
    Collections.reverse(reversed);
    assertTrue(mixed > 1.1, "ratio " + mixed);
    assertEquals(mixed, ratio(calibration, reversed), .1);
  }

  @Test
  void invalidContentIsRejected() {
    Calibration valid = new Calibrator().uniform(4, sample(10, 20));
    float[] nan = valid.steps().clone();
    nan[0] = Float.NaN;
    assertThrows(IllegalArgumentException.class, () -> with(valid, valid.bits(), nan));
    byte[] nineBits = valid.bits().clone();
    nineBits[0] = 9;
    assertThrows(IllegalArgumentException.class, () -> with(valid, nineBits, valid.steps()));
    assertThrows(IllegalArgumentException.class, () -> with(valid, new byte[1], valid.steps()));
  }

  private static Calibration with(Calibration other, byte[] bits, float[] steps) {
    return new Calibration(
        other.method(),
        other.transform(),
        other.centroid(),
        new CodeBlocks(other.blockSize(), bits, steps),
        new SampleFit(other.sampleSize(), 0, 0));
  }
}
