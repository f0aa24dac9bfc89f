/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The information that segments store about their codes, after flushes and merges. */
class SegmentFieldTest {

  private static final int DIMENSION = 64;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  @TempDir Path folder;

  static Stream<QuantizationConfig> configs() {
    return Stream.of(
        new QuantizationConfig(Precision.INT8),
        new QuantizationConfig(Precision.INT4),
        new QuantizationConfig(Precision.INT2, Allocation.UNIFORM),
        new QuantizationConfig(Precision.BINARY),
        QuantizationConfig.ofBits(5.3, Allocation.MIXED));
  }

  private static void add(
      Directory directory, QuantizationConfig config, int firstId, float[][] vectors)
      throws IOException {
    IndexFixtures.addSegment(directory, IndexFixtures.config(config), SIMILARITY, firstId, vectors);
  }

  private static void expectConsistent(SegmentField found, QuantizationConfig config, int vectors) {
    assertEquals(config, found.config());
    assertEquals(vectors, found.vectors());
    assertEquals(4 * DIMENSION, found.rerankBytes());
    Calibration calibration = found.calibration();
    assertEquals(HexFormat.of().formatHex(calibration.id()), found.calibrationId());
    assertEquals(DIMENSION, calibration.dimension());
    int terms = config.precision() == Precision.INT8 ? 8 : 6;
    assertEquals((calibration.codeBits() + 7) / 8 + terms, found.codeBytes());
    double errors = found.fit().liveError() / calibration.expectedError();
    assertEquals(errors * errors, found.driftRatio(), 1e-5 * errors * errors);
    assertTrue(
        found.fit().clipRate() >= 0 && found.fit().clipRate() < .2,
        "clip rate " + found.fit().clipRate());
    int components = 0;
    byte last = 8;
    for (int block = 0; block < calibration.bits().length; block++) {
      assertTrue(calibration.bits()[block] <= last, "expected bits that do not increase");
      last = calibration.bits()[block];
      components += Math.min(calibration.blockSize(), DIMENSION - components);
    }
    assertEquals(calibration.codeDimension(), components);
  }

  private static void expectState(
      SegmentField found, CodeOrigin origin, CodeReason reason, int copied) {
    assertEquals(origin, found.provenance().origin());
    assertEquals(reason, found.provenance().reason());
    assertEquals(copied, found.provenance().copied());
  }

  @ParameterizedTest
  @MethodSource("configs")
  void stateFromFlushToDrift(QuantizationConfig config) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(1_500, DIMENSION, 1));
      String id;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField first = IndexFixtures.quantization(reader, 0);
        expectConsistent(first, config, 1_500);
        expectState(first, CodeOrigin.LEARNED, CodeReason.FIRST, 0);
        assertEquals(1_500, first.calibration().sampleSize());
        assertEquals(1, first.driftRatio(), .2);
        assertEquals(first.calibration().clipRate(), first.fit().clipRate(), .01);
        id = first.calibrationId();
        add(directory, config, 1_500, VectorFixtures.clustered(600, DIMENSION, 2));
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField second = IndexFixtures.quantization(reader, 1);
        expectConsistent(second, config, 600);
        expectState(second, CodeOrigin.INHERITED, CodeReason.FITS, 0);
        assertEquals(id, second.calibrationId());
        assertEquals(1, second.driftRatio(), .3);
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      add(directory, config, 2_100, VectorFixtures.clustered(150, DIMENSION, 3));
      float merged;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField copied = IndexFixtures.quantization(reader, 0);
        expectConsistent(copied, config, 2_100);
        expectState(copied, CodeOrigin.COPIED, CodeReason.FITS, 2_100);
        assertEquals(id, copied.calibrationId());
        assertEquals(1, copied.driftRatio(), .2);
        merged = copied.fit().liveError();
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        // The last segment inherited the calibration, or learned its own if no segment was open.
        SegmentField partly = IndexFixtures.quantization(reader, 0);
        expectConsistent(partly, config, 2_250);
        assertEquals(CodeReason.FITS, partly.provenance().reason());
        assertTrue(partly.provenance().copied() >= 2_100, "copied " + partly.provenance().copied());
        assertEquals(id, partly.calibrationId());
        assertEquals(merged, partly.fit().liveError(), .1 * merged);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("configs")
  void foreignVectorsRecalibrateAndReportIt(QuantizationConfig config) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(3_000, DIMENSION, 1));
      String id;
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        id = IndexFixtures.quantization(open, 0).calibrationId();
        add(directory, config, 3_000, VectorFixtures.foreign(2_500, DIMENSION, 2));
      }
      boolean cares = config.precision() != Precision.INT8;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField second = IndexFixtures.quantization(reader, 1);
        expectConsistent(second, config, 2_500);
        if (cares && config.allocation() == Allocation.MIXED) {
          assertEquals(
              CodeReason.DRIFTED, second.provenance().reason(), "drift " + second.driftRatio());
          expectState(second, CodeOrigin.LEARNED, CodeReason.DRIFTED, 0);
          assertNotEquals(id, second.calibrationId());
        } else {
          // A random rotation and steps per vector fit almost all vectors.
          assertTrue(second.driftRatio() < 1.5, "drift " + second.driftRatio());
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        expectConsistent(merged, config, 5_500);
        assertTrue(merged.driftRatio() < 1.5, "drift " + merged.driftRatio());
      }
    }
  }

  @Test
  void mergesOfTwoCalibrationsCopyTheLargerSegment() throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.INT4);
    try (Directory directory = IndexFixtures.directory(folder.resolve("one"));
        Directory other = IndexFixtures.directory(folder.resolve("other"))) {
      add(directory, config, 0, VectorFixtures.clustered(2_000, DIMENSION, 1));
      add(other, config, 2_000, VectorFixtures.clustered(1_100, DIMENSION, 2));
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
        writer.addIndexes(other);
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        expectConsistent(merged, config, 3_100);
        expectState(merged, CodeOrigin.PARTLY_COPIED, CodeReason.FITS, 2_000);
        assertEquals(2_000, merged.calibration().sampleSize());
        assertEquals(1, merged.driftRatio(), .1);
      }
    }
  }

  /** A calibration from a small sample must not report drift for vectors of the same kind. */
  @ParameterizedTest
  @CsvSource({
    "1, 64, 200",
    "2, 64, 200",
    "4, 64, 200",
    "4, 128, 400",
    "5.3, 128, 400",
    "7, 64, 300",
    "4, 64, 1000",
    "7, 64, 1000"
  })
  void vectorsOfTheSameKindDoNotDrift(double bits, int dimension, int count) throws IOException {
    QuantizationConfig config = QuantizationConfig.ofBits(bits, Allocation.MIXED);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(count, dimension, 1));
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        add(directory, config, count, VectorFixtures.clustered(count, dimension, 2));
        assertEquals(count, open.numDocs());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField second = IndexFixtures.quantization(reader, 1);
        assertEquals(CodeReason.FITS, second.provenance().reason());
        assertEquals(IndexFixtures.quantization(reader, 0).calibrationId(), second.calibrationId());
        assertTrue(second.driftRatio() < 1.3, "drift " + second.driftRatio());
      }
    }
  }

  @Test
  void manyMoreVectorsRecalibrate() throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.BINARY);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(300, DIMENSION, 1));
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        add(directory, config, 300, VectorFixtures.clustered(2_000, DIMENSION, 2));
        assertEquals(300, open.numDocs());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField second = IndexFixtures.quantization(reader, 1);
        expectState(second, CodeOrigin.LEARNED, CodeReason.GROWN, 0);
        assertEquals(2_000, second.calibration().sampleSize());
      }
    }
  }

  @Test
  void halfFloatsHaveNoCalibration() throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.FP16);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(20, DIMENSION, 1));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        expectState(found, CodeOrigin.UNCALIBRATED, CodeReason.NONE, 0);
        assertNull(found.calibration());
        assertNull(found.calibrationId());
        assertEquals(2 * DIMENSION, found.codeBytes());
        assertEquals(4 * DIMENSION, found.rerankBytes());
        assertTrue(Float.isNaN(found.fit().liveError()));
        assertTrue(Float.isNaN(found.fit().clipRate()));
        assertTrue(Float.isNaN(found.driftRatio()));
      }
    }
  }

  /** Codes lose nothing, which is known without measuring it. */
  @Test
  void vectorsThatArriveAsCodesLoseNothing() throws IOException {
    QuantizationConfig config =
        new QuantizationConfig(
            Precision.INT8,
            8,
            Allocation.UNIFORM,
            RerankPrecision.NONE,
            CalibrationConfig.frozen(FixedCalibrations.int8Input(DIMENSION, 1, 0)));
    float[][] vectors = new float[20][DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      Arrays.fill(vectors[i], i - 9);
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        expectState(found, CodeOrigin.INHERITED, CodeReason.STATIC, 0);
        assertSame(CalibrationMethod.INPUT, found.calibration().method());
        assertEquals(0, found.rerankBytes());
        assertEquals(0f, found.calibration().expectedError());
        assertEquals(0f, found.fit().liveError());
        assertEquals(0f, found.fit().clipRate());
        assertEquals(1f, found.driftRatio());
      }
    }
  }

  static Stream<Arguments> budgets() {
    List<Arguments> budgets = new ArrayList<>();
    for (Allocation allocation : Allocation.values()) {
      for (double bits : new double[] {.5, 1, 1.25, 1.5, 2.5, 3, 5.3, 7}) {
        for (int dimension : new int[] {36, 100}) {
          budgets.add(Arguments.of(bits, allocation, dimension));
        }
      }
    }
    return budgets.stream();
  }

  @ParameterizedTest
  @MethodSource("budgets")
  void codesUseTheBudget(double bits, Allocation allocation, int dimension) throws IOException {
    QuantizationConfig config = QuantizationConfig.ofBits(bits, allocation);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(400, dimension, 1));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        int most = (int) Math.ceil(bits * dimension / 8) + 6;
        assertTrue(found.codeBytes() <= most, found.codeBytes() + " of " + most);
        assertTrue(found.codeBytes() >= most - 2, found.codeBytes() + " of " + most);
      }
    }
  }
}
