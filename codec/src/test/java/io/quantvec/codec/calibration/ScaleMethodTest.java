/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.DenseTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scale method for every kind of codes, in flushes, inherited calibrations and merges. */
class ScaleMethodTest {

  private static final int DIMENSION = 48;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.COSINE;

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    return Stream.of(
            new QuantizationConfig(Precision.INT8),
            new QuantizationConfig(Precision.INT4, Allocation.UNIFORM),
            new QuantizationConfig(Precision.BINARY))
        .flatMap(
            config -> Stream.of(ScaleMethod.values()).map(method -> Arguments.of(config, method)));
  }

  private static CalibrationMethod expected(QuantizationConfig config, ScaleMethod method) {
    return switch (method) {
      case AUTO ->
          config.precision() == Precision.INT8 ? CalibrationMethod.LOCAL : CalibrationMethod.RMS;
      case MSE -> CalibrationMethod.MSE;
      case PERCENTILE -> CalibrationMethod.PERCENTILE;
      case ENTROPY -> CalibrationMethod.ENTROPY;
      case MINMAX -> CalibrationMethod.MINMAX;
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void codesUseTheScaleMethod(QuantizationConfig base, ScaleMethod method) throws IOException {
    CalibrationConfig calibration =
        method == ScaleMethod.PERCENTILE
            ? CalibrationConfig.percentile(98)
            : CalibrationConfig.dynamic(method);
    QuantizationConfig config = base.withCalibration(calibration);
    float[][] vectors = VectorFixtures.clustered(2_700, DIMENSION, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(config), SIMILARITY, 0, Arrays.copyOf(vectors, 1_500));
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        IndexFixtures.addSegment(
            directory,
            IndexFixtures.config(config),
            SIMILARITY,
            1_500,
            Arrays.copyOfRange(vectors, 1_500, 2_700));
        expect(IndexFixtures.quantization(open, 0), config, CodeOrigin.LEARNED);
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        expect(merged, config, CodeOrigin.COPIED);
        float expectedRate = merged.calibration().clipRate();
        assertEquals(expectedRate, merged.fit().clipRate(), .005);
        switch (method) {
          case PERCENTILE -> assertEquals(.02, expectedRate, .001);
          case MINMAX -> assertEquals(0, expectedRate, .001);
          // At 1 bit, a normally distributed component is clipped beyond 1.6 standard deviations.
          default -> assertTrue(expectedRate < .11, "clip rate " + expectedRate);
        }
        // Clipping errors vary considerably between samples.
        assertEquals(1, merged.driftRatio(), .8);
        float[][] queries = VectorFixtures.clustered(50, DIMENSION, 5);
        int[][] truth = VectorFixtures.nearest(SIMILARITY, vectors, queries, 10);
        double recall = IndexFixtures.recall(reader, queries, truth);
        assertTrue(recall > leastRecall(config), "recall " + recall);
      }
    }
  }

  /** Minimum recall, a few points below the measured recall. */
  private static double leastRecall(QuantizationConfig config) {
    return switch (config.precision()) {
      case INT8 -> .94;
      case INT4 -> .87;
      default -> .52;
    };
  }

  static Stream<Arguments> minmaxCases() {
    return cases()
        .filter(arguments -> arguments.get()[1] == ScaleMethod.MINMAX)
        .flatMap(
            arguments ->
                Stream.of(900, 3_000).map(count -> Arguments.of(arguments.get()[0], count)));
  }

  @ParameterizedTest
  @MethodSource("minmaxCases")
  void minmaxDoesNotClipItsSample(QuantizationConfig base, int count) throws IOException {
    QuantizationConfig config = base.withCalibration(CalibrationConfig.dynamic(ScaleMethod.MINMAX));
    float[][] vectors = VectorFixtures.clustered(count, DIMENSION, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), SIMILARITY, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        assertEquals(count, found.calibration().sampleSize());
        assertEquals(0f, found.calibration().clipRate());
        assertEquals(0f, found.fit().clipRate());
      }
    }
  }

  private static void expect(SegmentField found, QuantizationConfig config, CodeOrigin origin) {
    ScaleMethod method = config.calibration().method();
    assertEquals(config, found.config());
    assertEquals(origin, found.provenance().origin());
    assertEquals(expected(config, method), found.calibration().method());
    assertEquals(
        config.precision() == Precision.BINARY,
        found.calibration().transform() instanceof DenseTransform);
  }
}
