/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationFixtures;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.VectorMath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Static calibrations: of given ranges, and learned elsewhere. */
class FrozenCalibrationTest {

  private static final int DIMENSION = 40;

  private static final VectorSimilarityFunction EUCLIDEAN = VectorSimilarityFunction.EUCLIDEAN;

  /** Sizes of the segments; the last segment is too small to learn from. */
  private static final int[] SEGMENTS = {70, 150, 1};

  @TempDir Path folder;

  private static QuantizationConfig frozen(Precision precision, Calibration calibration) {
    return new QuantizationConfig(precision).withCalibration(CalibrationConfig.frozen(calibration));
  }

  /** A range per dimension, which some vectors exceed. */
  private static Calibration ranges(Precision precision, boolean unitVectors) {
    float[] min = new float[DIMENSION];
    float[] max = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      min[d] = (-1.5f - d / 40f) * (unitVectors ? .15f : 1);
      max[d] = (2 + d / 20f) * (unitVectors ? .15f : 1);
    }
    return FixedCalibrations.ranges(min, max, (int) precision.bits());
  }

  static Stream<Arguments> rangesCases() {
    return Stream.of(Precision.INT8, Precision.INT4, Precision.BINARY)
        .flatMap(
            precision ->
                Stream.of(VectorSimilarityFunction.values())
                    .map(similarity -> Arguments.of(precision, similarity)));
  }

  @ParameterizedTest
  @MethodSource("rangesCases")
  void rangesServeAllSegmentsAndMergesCopy(Precision precision, VectorSimilarityFunction similarity)
      throws IOException {
    boolean cosine = similarity == VectorSimilarityFunction.COSINE;
    Calibration calibration = ranges(precision, cosine);
    QuantizationConfig config = frozen(precision, calibration);
    String id = HexFormat.of().formatHex(calibration.id());
    float[][] vectors = VectorFixtures.clustered(Arrays.stream(SEGMENTS).sum(), DIMENSION, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      int first = 0;
      for (int size : SEGMENTS) {
        float[][] part = Arrays.copyOfRange(vectors, first, first + size);
        IndexFixtures.addSegment(directory, IndexFixtures.config(config), similarity, first, part);
        first += size;
      }
      ByteArrayOutputStream flushed = new ByteArrayOutputStream();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(SEGMENTS.length, reader.leaves().size());
        for (LeafReaderContext leaf : reader.leaves()) {
          SegmentField found = IndexFixtures.values(leaf).quantization();
          assertEquals(id, found.calibrationId());
          assertEquals(CodeReason.STATIC, found.provenance().reason());
          assertEquals(CodeOrigin.INHERITED, found.provenance().origin());
          assertEquals(0, found.provenance().copied());
          assertEquals(CalibrationMethod.RANGES, found.calibration().method());
          flushed.writeBytes(IndexFixtures.codes(leaf));
        }
        expectCodesComputedByHand(reader, calibration, vectors, cosine);
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        assertEquals(id, merged.calibrationId());
        assertEquals(CodeReason.STATIC, merged.provenance().reason());
        assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
        assertEquals(vectors.length, merged.provenance().copied());
        assertArrayEquals(flushed.toByteArray(), IndexFixtures.codes(reader.leaves().get(0)));
        expectCodesComputedByHand(reader, calibration, vectors, cosine);
      }
    }
  }

  private static void expectCodesComputedByHand(
      DirectoryReader reader, Calibration calibration, float[][] vectors, boolean cosine)
      throws IOException {
    int bits = calibration.bits()[0];
    int clipped = 0;
    for (LeafReaderContext leaf : reader.leaves()) {
      QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
      int[] ids = IndexFixtures.ids(leaf);
      for (int ord = 0; ord < ids.length; ord++) {
        int[] codes = codes(values, ord);
        float[] plain = vectors[ids[ord]];
        assertArrayEquals(plain, values.vectorValue(ord));
        float[] vector = cosine ? VectorMath.normalized(plain) : plain;
        for (int d = 0; d < DIMENSION; d++) {
          double scaled = ((double) vector[d] - calibration.centroid()[d]) / calibration.steps()[d];
          // Codes of eight bits have a zero; codes of fewer bits have a code on each side of zero.
          double low = bits == 8 ? -127 : 0;
          double high = bits == 8 ? 127 : (1 << bits) - 1;
          double place = bits == 8 ? scaled + .5 : scaled + (1 << bits - 1);
          double expected = Math.clamp(Math.floor(place), low, high);
          clipped += expected != Math.floor(place) ? 1 : 0;
          // Rounding of floats may decide between two codes.
          boolean border = Math.abs(place - Math.rint(place)) < 1e-4;
          assertEquals(expected, codes[d], border ? 1 : 0, "component " + d + " of " + ids[ord]);
        }
      }
    }
    assertTrue(clipped > 0, "no vector leaves the ranges");
  }

  private static int[] codes(QuantizedFloatVectorValues values, int ord) throws IOException {
    CalibratedSpace space = values.field().space().calibrated().orElseThrow();
    byte[] record = new byte[space.layout().recordLength()];
    values.readRecord(ord, record);
    float[] direction = new float[space.dimension()];
    new CodeDecoder(space).decodeDirection(record, direction);
    int[] codes = new int[direction.length];
    for (int d = 0; d < codes.length; d++) {
      codes[d] = Math.round(direction[d] / space.step(d) + space.middle(d));
    }
    return codes;
  }

  /** A calibration of 4 bits per dimension that was learned from a calibration set. */
  private static Calibration learned() {
    return CalibrationFixtures.mixed(
        4, new ArrayList<>(Arrays.asList(VectorFixtures.clustered(2_000, DIMENSION, 77))));
  }

  @Test
  void learnedCalibrationServesAllSegments() throws IOException {
    Calibration calibration = learned();
    QuantizationConfig config = frozen(Precision.INT4, calibration);
    String id = HexFormat.of().formatHex(calibration.id());
    float[][] vectors = VectorFixtures.clustered(1_000, DIMENSION, 3);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(config), EUCLIDEAN, 0, Arrays.copyOf(vectors, 3));
      IndexFixtures.addSegment(
          directory,
          IndexFixtures.config(config),
          EUCLIDEAN,
          3,
          Arrays.copyOfRange(vectors, 3, vectors.length));
    }
    // A new directory object and an equal but not identical configuration, as after a restart.
    QuantizationConfig restarted = frozen(Precision.INT4, learned());
    assertEquals(config, restarted);
    try (Directory directory = IndexFixtures.directory(folder)) {
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          expectFrozen(IndexFixtures.values(leaf).quantization(), id, CodeOrigin.INHERITED);
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(restarted));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        expectFrozen(merged, id, CodeOrigin.COPIED);
        assertEquals(vectors.length, merged.provenance().copied());
        Calibration stored = merged.calibration();
        assertArrayEquals(calibration.centroid(), stored.centroid());
        assertArrayEquals(calibration.bits(), stored.bits());
        assertArrayEquals(calibration.steps(), stored.steps());
        assertEquals(calibration.expectedError(), stored.expectedError());
        assertEquals(2_000, stored.sampleSize());
      }
      IndexFixtures.expectClean(directory);
    }
  }

  private static void expectFrozen(SegmentField found, String id, CodeOrigin origin) {
    assertEquals(id, found.calibrationId());
    assertEquals(CodeReason.STATIC, found.provenance().reason());
    assertEquals(origin, found.provenance().origin());
    // The vectors are like those of the calibration set.
    assertEquals(1, found.driftRatio(), .2);
  }

  @Test
  void anotherFrozenCalibrationReencodesAndDynamicOnesFollow() throws IOException {
    float[][] vectors = VectorFixtures.clustered(300, DIMENSION, 3);
    Calibration first = ranges(Precision.INT4, false);
    Calibration second = learned();
    assertNotEquals(frozen(Precision.INT4, first), frozen(Precision.INT4, second));
    try (Directory directory = IndexFixtures.directory(folder)) {
      var firstConfig = IndexFixtures.config(frozen(Precision.INT4, first));
      IndexFixtures.addSegment(directory, firstConfig, EUCLIDEAN, 0, vectors);
      IndexFixtures.forceMerge(directory, IndexFixtures.config(frozen(Precision.INT4, second)));
      // Lucene merges a single segment only if it has deleted documents.
      deleteAndMerge(directory, 0, frozen(Precision.INT4, second));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        assertEquals(HexFormat.of().formatHex(second.id()), found.calibrationId());
        assertEquals(CodeReason.STATIC, found.provenance().reason());
        assertEquals(CodeOrigin.INHERITED, found.provenance().origin());
      }
      deleteAndMerge(directory, 1, new QuantizationConfig(Precision.INT4));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        assertEquals(CodeReason.RECONFIGURED, found.provenance().reason());
        assertEquals(CodeOrigin.LEARNED, found.provenance().origin());
        assertEquals(298, found.calibration().sampleSize());
        expectVectors(reader, vectors);
      }
    }
  }

  private static void deleteAndMerge(Directory directory, int id, QuantizationConfig config)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
      writer.deleteDocuments(new Term("key", Integer.toString(id)));
    }
    IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
  }

  private static void expectVectors(DirectoryReader reader, float[][] vectors) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      int[] ids = IndexFixtures.ids(leaf);
      QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
      for (int ord = 0; ord < ids.length; ord++) {
        assertArrayEquals(vectors[ids[ord]], values.vectorValue(ord));
      }
    }
  }

  @Test
  void segmentsWithoutVectorsHaveNoCalibration() throws IOException {
    QuantizationConfig config = frozen(Precision.INT8, ranges(Precision.INT8, false));
    // The last document has no vector and is not deleted, so that the segment stays.
    float[][] vectors = Arrays.copyOf(VectorFixtures.clustered(5, DIMENSION, 3), 6);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), EUCLIDEAN, 0, vectors);
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
        for (int id = 0; id < 5; id++) {
          writer.deleteDocuments(new Term("key", Integer.toString(id)));
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField found = IndexFixtures.quantization(reader, 0);
        assertEquals(0, found.vectors());
        assertEquals(CodeOrigin.UNCALIBRATED, found.provenance().origin());
        assertEquals(CodeReason.NONE, found.provenance().reason());
        assertNull(found.calibration());
        assertTrue(Float.isNaN(found.fit().liveError()) && Float.isNaN(found.driftRatio()));
      }
      IndexFixtures.expectClean(directory);
    }
  }

  static Stream<Arguments> misfits() {
    float[] min = new float[10];
    float[] max = new float[10];
    Arrays.fill(max, 1);
    Calibration int4 = FixedCalibrations.ranges(min, max, 4);
    return Stream.of(
        Arguments.of(Precision.INT4, int4, 8),
        Arguments.of(Precision.INT4, int4, 12),
        Arguments.of(Precision.INT8, int4, 10));
  }

  /** The writer fails with the cause, instead of writing a segment that no reader opens. */
  @ParameterizedTest
  @MethodSource("misfits")
  void calibrationThatDoesNotFitItsFieldIsRejected(
      Precision precision, Calibration calibration, int dimension) throws IOException {
    float[][] vectors = VectorFixtures.clustered(5, dimension, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      QuantizationConfig good = new QuantizationConfig(precision);
      IndexFixtures.addSegment(directory, IndexFixtures.config(good), EUCLIDEAN, 0, vectors);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              IndexFixtures.addSegment(
                  directory,
                  IndexFixtures.config(frozen(precision, calibration)),
                  EUCLIDEAN,
                  5,
                  vectors));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(5, reader.numDocs());
      }
    }
  }
}
