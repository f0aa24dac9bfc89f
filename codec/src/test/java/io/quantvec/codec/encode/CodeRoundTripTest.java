/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import static org.apache.lucene.index.VectorSimilarityFunction.DOT_PRODUCT;
import static org.apache.lucene.index.VectorSimilarityFunction.EUCLIDEAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.encode.CodeLayout.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeRoundTripTest {

  private static final Kind[] QUANTIZED = {Kind.BYTES, Kind.NIBBLES, Kind.BITS};

  private static List<float[]> gaussians(int count, int dimension, double offset, long seed) {
    Random random = new Random(seed);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) (offset + random.nextGaussian());
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static CodeLayout layout(Kind kind, int dimension) {
    return new CodeLayout(kind, dimension, CorrectionTerms.of(kind, EUCLIDEAN, false));
  }

  private static Calibration calibrate(CodeLayout layout, List<float[]> vectors) {
    List<float[]> sample = new ArrayList<>();
    vectors.forEach(v -> sample.add(v.clone()));
    return layout.kind() == Kind.BYTES
        ? new Calibrator().int8(sample)
        : new Calibrator().uniform(layout.bits(), sample);
  }

  /** The error of a reconstruction is the error that the calibration expects of its sample. */
  @ParameterizedTest
  @CsvSource({"BYTES, .02", "NIBBLES, .13", "BITS, .8"})
  void reconstructionStaysWithinTheExpectedError(Kind kind, double relativeError) {
    for (int dimension : new int[] {16, 64, 100, 127, 384}) {
      List<float[]> vectors = gaussians(500, dimension, 3, dimension);
      CodeLayout layout = layout(kind, dimension);
      Calibration calibration = calibrate(layout, vectors);
      VectorEncoder encoder = new CalibratedSpace(layout, calibration).newEncoder(DOT_PRODUCT);
      CodeDecoder decoder = new CalibratedSpace(layout, calibration).newDecoder();
      byte[] record = new byte[layout.recordLength()];
      float[] decoded = new float[dimension];
      double error = 0;
      double energy = 0;
      for (float[] vector : vectors) {
        encoder.encode(vector, record);
        decoder.decode(record, decoded);
        for (int d = 0; d < dimension; d++) {
          double residual = vector[d] - calibration.centroid()[d];
          energy += residual * residual;
          error += (vector[d] - decoded[d]) * (vector[d] - decoded[d]);
        }
      }
      double found = Math.sqrt(error / energy);
      assertTrue(found < relativeError, kind + " at " + dimension + ": " + found);
      assertTrue(
          found < 1.4 * calibration.expectedError() + 1e-3,
          kind + " at " + dimension + ": " + found + " and " + calibration.expectedError());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"BYTES", "NIBBLES", "BITS"})
  void packingKeepsEveryCode(Kind kind) {
    Random random = new Random(1);
    for (int dimension = 1; dimension < 140; dimension++) {
      CodeLayout layout = layout(kind, dimension);
      int[] codes = new int[dimension];
      for (int d = 0; d < dimension; d++) {
        codes[d] =
            kind == Kind.BYTES ? random.nextInt(255) - 127 : random.nextInt(1 << layout.bits());
      }
      byte[] record = new byte[layout.recordLength()];
      int[] unpacked = new int[dimension];
      Codes.pack(layout, codes, record);
      Codes.unpack(layout, record, unpacked);
      assertArrayEquals(codes, unpacked, kind + " of " + dimension);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 127, 4_096, 16_000})
  void everyDimensionGivesFiniteTerms(int dimension) {
    for (Kind kind : QUANTIZED) {
      CodeLayout layout = layout(kind, dimension);
      List<float[]> vectors = gaussians(20, dimension, 0, 7);
      float[] huge = new float[dimension];
      java.util.Arrays.fill(huge, Float.MAX_VALUE);
      float[] tiny = new float[dimension];
      java.util.Arrays.fill(tiny, Float.MIN_VALUE);
      vectors.add(huge);
      vectors.add(tiny);
      vectors.add(new float[dimension]);
      Calibration calibration = calibrate(layout, vectors);
      for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
        VectorEncoder encoder = new CalibratedSpace(layout, calibration).newEncoder(similarity);
        CodeDecoder decoder = new CalibratedSpace(layout, calibration).newDecoder();
        byte[] record = new byte[layout.recordLength()];
        for (float[] vector : vectors) {
          encoder.encode(vector, record);
          assertTrue(Float.isFinite(decoder.rescale(record)));
          assertTrue(Float.isFinite(decoder.additive(record)));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"BYTES", "NIBBLES", "BITS"})
  void equalVectorsAreStoredWithoutError(Kind kind) {
    float[] vector = {1.5f, -2f, 0f, 1e-33f, 8f};
    CodeLayout layout = layout(kind, vector.length);
    Calibration calibration = calibrate(layout, List.of(vector, vector, vector));
    byte[] record = new byte[layout.recordLength()];
    new CalibratedSpace(layout, calibration).newEncoder(DOT_PRODUCT).encode(vector, record);
    float[] decoded = new float[vector.length];
    CodeDecoder decoder = new CalibratedSpace(layout, calibration).newDecoder();
    decoder.decode(record, decoded);
    assertArrayEquals(vector, decoded);
    assertEquals(0f, decoder.rescale(record));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"BYTES", "NIBBLES", "BITS"})
  void dimensionsWithoutVarianceDoNotDivideByZero(Kind kind) {
    List<float[]> vectors = gaussians(50, 32, 0, 3);
    vectors.forEach(v -> v[5] = 1e-33f);
    vectors.forEach(v -> v[6] = 0f);
    CodeLayout layout = layout(kind, 32);
    Calibration calibration = calibrate(layout, vectors);
    for (float step : calibration.steps()) {
      assertTrue(step > 0 && Float.isFinite(step));
    }
    byte[] record = new byte[layout.recordLength()];
    float[] decoded = new float[32];
    for (float[] vector : vectors) {
      new CalibratedSpace(layout, calibration).newEncoder(EUCLIDEAN).encode(vector, record);
      new CalibratedSpace(layout, calibration).newDecoder().decode(record, decoded);
      for (float v : decoded) {
        assertTrue(Float.isFinite(v));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {65519.9f, -65519.9f, 65504f, 0f, 1e-8f})
  void halfFloatsStoreValuesInRange(float value) {
    byte[] record = new byte[2];
    assertTrue(HalfFloats.fits(value));
    HalfFloats.encode(new float[] {value}, record);
    float[] decoded = new float[1];
    HalfFloats.decode(record, decoded);
    assertEquals(value, decoded[0], Math.abs(value) * 0x1p-11 + 0x1p-25);
  }

  @ParameterizedTest
  @ValueSource(floats = {65520f, -65520f, 1e10f, Float.POSITIVE_INFINITY, Float.NaN})
  void halfFloatsRejectOtherValues(float value) {
    assertFalse(HalfFloats.fits(value));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> HalfFloats.encode(new float[] {1, value}, new byte[4]));
    assertTrue(e.getMessage().endsWith("got " + value + " in component 1"), e.getMessage());
  }
}
