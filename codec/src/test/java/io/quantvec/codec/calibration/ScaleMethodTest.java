/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.TestIndexes;
import io.quantvec.codec.TestVectors;
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

/** Every way to find scales, for codes of each kind, through flush, inheritance and merge. */
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
  void codesAreScaledAsAsked(QuantizationConfig base, ScaleMethod method) throws IOException {
    CalibrationConfig calibration =
        method == ScaleMethod.PERCENTILE
            ? CalibrationConfig.percentile(98)
            : CalibrationConfig.dynamic(method);
    QuantizationConfig config = base.withCalibration(calibration);
    float[][] vectors = TestVectors.clustered(2_700, DIMENSION, 1);
    try (Directory directory = TestIndexes.directory(folder)) {
      TestIndexes.addSegment(
          directory, TestIndexes.config(config), SIMILARITY, 0, Arrays.copyOf(vectors, 1_500));
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        TestIndexes.addSegment(
            directory,
            TestIndexes.config(config),
            SIMILARITY,
            1_500,
            Arrays.copyOfRange(vectors, 1_500, 2_700));
        expect(TestIndexes.quantization(open, 0), config, CodeOrigin.LEARNED);
      }
      TestIndexes.forceMerge(directory, TestIndexes.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = TestIndexes.quantization(reader, 0);
        expect(merged, config, CodeOrigin.COPIED);
        float expectedRate = merged.calibration().clipRate();
        assertEquals(expectedRate, merged.clipRate(), .005);
        switch (method) {
          case PERCENTILE -> assertEquals(.02, expectedRate, .001);
          case MINMAX -> assertEquals(0, expectedRate, .001);
          // One bit of a normal component is clipped where it exceeds 1.6 deviations.
          default -> assertTrue(expectedRate < .11, "clip rate " + expectedRate);
        }
        // The errors of clipping vary much from sample to sample.
        assertEquals(1, merged.driftRatio(), .8);
        float[][] queries = TestVectors.clustered(50, DIMENSION, 5);
        int[][] truth = TestVectors.nearest(SIMILARITY, vectors, queries, 10);
        double recall = TestIndexes.recall(reader, queries, truth);
        assertTrue(recall > leastRecall(config), "recall " + recall);
      }
    }
  }

  /** Some points under what was measured. */
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
  void minmaxClipsNothingOfItsSample(QuantizationConfig base, int count) throws IOException {
    QuantizationConfig config = base.withCalibration(CalibrationConfig.dynamic(ScaleMethod.MINMAX));
    float[][] vectors = TestVectors.clustered(count, DIMENSION, 1);
    try (Directory directory = TestIndexes.directory(folder)) {
      TestIndexes.addSegment(directory, TestIndexes.config(config), SIMILARITY, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = TestIndexes.quantization(reader, 0);
        assertEquals(count, found.calibration().sampleSize());
        assertEquals(0f, found.calibration().clipRate());
        assertEquals(0f, found.clipRate());
      }
    }
  }

  private static void expect(SegmentField found, QuantizationConfig config, CodeOrigin origin) {
    ScaleMethod method = config.calibration().method();
    assertEquals(config, found.config());
    assertEquals(origin, found.origin());
    assertEquals(expected(config, method), found.calibration().method());
    assertEquals(
        config.precision() == Precision.BINARY,
        found.calibration().transform() instanceof DenseTransform);
  }
}
