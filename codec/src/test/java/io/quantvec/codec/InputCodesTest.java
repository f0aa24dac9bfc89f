/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes that models emitted can be read as they arrived. */
class InputCodesTest {

  private static final VectorSimilarityFunction EUCLIDEAN = VectorSimilarityFunction.EUCLIDEAN;

  @TempDir Path folder;

  static List<QuantizationConfig> configs() {
    return RerankCopyTest.configs();
  }

  private static QuantizationConfig input(Precision precision, Calibration calibration) {
    return new QuantizationConfig(precision)
        .withRerank(RerankPrecision.NONE)
        .withCalibration(CalibrationConfig.frozen(calibration));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 75})
  void bitsAreReadInInputOrder(int dimension) throws IOException {
    QuantizationConfig config =
        input(Precision.BINARY, FixedCalibrations.binaryInput(dimension, -1, 1));
    Random random = new Random(dimension);
    byte[] packed = new byte[(dimension + 7) / 8];
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      boolean bit = random.nextBoolean();
      vector[d] = bit ? 1 : -1;
      packed[d / 8] |= (byte) (bit ? 1 << 7 - d % 8 : 0);
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      float[] ones = new float[dimension];
      Arrays.fill(ones, 1);
      IndexFixtures.addSegment(directory, config, EUCLIDEAN, ones, vector);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertArrayEquals(packed, IndexFixtures.values(reader.leaves().get(0)).inputCodes(1));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesAreReadAsIndexed(VectorSimilarityFunction similarity) throws IOException {
    QuantizationConfig config = input(Precision.INT8, FixedCalibrations.int8Input(5, .5f, 3));
    byte[] codes = {-128, 127, 0, 3, -7};
    float[] vector = new float[5];
    for (int d = 0; d < 5; d++) {
      vector[d] = .5f * (codes[d] - 3);
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, similarity, new float[] {1, 2, 3, 4, 5}, vector);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertArrayEquals(codes, values.inputCodes(1));
        assertArrayEquals(vector, values.vectorValue(1));
        assertEquals(0, values.quantization().fit().valueError());
        assertEquals(0, values.quantization().rerankBytes());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void vectorsThatArriveAsNumbersHaveNoInputCodes(QuantizationConfig config) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, config, EUCLIDEAN, new float[] {1, 2, 3});
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertNull(IndexFixtures.values(reader.leaves().get(0)).inputCodes(0));
      }
    }
  }
}
