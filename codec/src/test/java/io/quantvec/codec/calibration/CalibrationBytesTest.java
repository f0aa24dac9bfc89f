/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.write.CalibrationLearning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;

/** Serialized calibrations that are learned to be frozen. */
class CalibrationBytesTest {

  private static List<float[]> vectors(int count, int dimension) {
    Random random = new Random(dimension);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) (random.nextGaussian() / (1 + d));
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static List<QuantizationConfig> configs() {
    List<QuantizationConfig> configs = new ArrayList<>();
    for (Allocation allocation : Allocation.values()) {
      for (Precision precision :
          List.of(
              Precision.BINARY,
              Precision.TERNARY,
              Precision.INT2,
              Precision.INT4,
              Precision.INT8)) {
        configs.add(new QuantizationConfig(precision, allocation));
      }
      for (double bits : new double[] {0.5, 1.5, 3, 5.2, 7}) {
        configs.add(QuantizationConfig.ofBits(bits, allocation));
      }
    }
    return configs;
  }

  @Test
  void everyConfigurationAcceptsItsSerializedCalibration() throws IOException {
    for (int dimension : new int[] {1, 8, 16, 20, 48, 100}) {
      for (QuantizationConfig config : configs()) {
        Calibration learned =
            CalibrationLearning.learn(
                config, VectorSimilarityFunction.COSINE, vectors(400, dimension));
        assertEquals(400, learned.sampleSize());
        boolean mixed =
            config.allocation() == Allocation.MIXED
                && config.precision() != Precision.INT8
                && dimension >= 32;
        assertEquals(mixed, learned.transform() instanceof DenseTransform);
        QuantizationConfig frozen = config.withCalibration(CalibrationConfig.frozen(learned));
        assertTrue(frozen.calibration().isStatic());
        byte[] bytes = CalibrationBytes.write(learned);
        Calibration read = CalibrationBytes.read(bytes, learned.id());
        assertArrayEquals(learned.id(), read.id());
        assertArrayEquals(bytes, CalibrationBytes.write(read));
      }
    }
  }

  @Test
  void everyChangedByteIsDetected() {
    Calibration learned =
        CalibrationLearning.learn(
            new QuantizationConfig(Precision.BINARY),
            VectorSimilarityFunction.EUCLIDEAN,
            vectors(200, 32));
    byte[] bytes = CalibrationBytes.write(learned);
    for (int i = 0; i < bytes.length; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      assertThrows(IOException.class, () -> CalibrationBytes.read(damaged, learned.id()), "" + i);
    }
    for (int length = 0; length < bytes.length; length += 7) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(IOException.class, () -> CalibrationBytes.read(cut, learned.id()));
    }
    byte[] other = learned.id();
    other[3]++;
    assertTrue(
        assertThrows(IOException.class, () -> CalibrationBytes.read(bytes, other))
            .getMessage()
            .contains("expected calibration"));
  }

  @Test
  void tooFewVectorsAndHalfFloatsAreRejected() {
    VectorSimilarityFunction l2 = VectorSimilarityFunction.EUCLIDEAN;
    QuantizationConfig binary = new QuantizationConfig(Precision.BINARY);
    assertEquals(192, CalibrationLearning.minVectors(binary, 64));
    assertEquals(
        "a calibration of 64 dimensions needs at least [192] vectors to learn from, got [191]",
        assertThrows(
                IllegalArgumentException.class,
                () -> CalibrationLearning.learn(binary, l2, vectors(191, 64)))
            .getMessage());
    assertEquals(
        "a calibration needs at least [100] vectors to learn from, got [0]",
        assertThrows(
                IllegalArgumentException.class,
                () -> CalibrationLearning.learn(binary, l2, List.of()))
            .getMessage());
    assertEquals(100, CalibrationLearning.minVectors(binary, 4096));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            CalibrationLearning.learn(new QuantizationConfig(Precision.FP16), l2, vectors(200, 4)));
  }

  /** Each segment chooses its budget by its own vectors, so no budget can be frozen. */
  @Test
  void automaticPrecisionIsRejected() {
    for (int dimension : new int[] {4, 48}) {
      Exception refused =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  CalibrationLearning.learn(
                      QuantizationConfig.auto(.9),
                      VectorSimilarityFunction.EUCLIDEAN,
                      vectors(200, dimension)));
      assertTrue(refused.getMessage().contains("[precision: auto]"), refused.getMessage());
    }
  }
}
