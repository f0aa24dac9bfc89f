/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.DenseTransform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Merges of inexact rerank copies and codes that are not copied byte for byte. */
class RerankMergeTest {

  private static final int DIMENSION = 40;

  private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;

  @TempDir Path folder;

  private static QuantizationConfig config(Precision precision, RerankPrecision rerank) {
    return new QuantizationConfig(precision).withRerank(rerank);
  }

  private static void add(
      Directory directory, QuantizationConfig config, int firstId, float[][] vectors)
      throws IOException {
    IndexFixtures.addSegment(directory, IndexFixtures.config(config), COSINE, firstId, vectors);
  }

  private static void merge(Directory directory, QuantizationConfig config) throws IOException {
    IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
  }

  /**
   * Root mean square of the relative errors of a segment's vectors, which are in the order of ids.
   */
  private static double error(LeafReaderContext leaf, List<float[]> vectors) throws IOException {
    QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
    int[] ids = IndexFixtures.ids(leaf);
    double sum = 0;
    for (int ord = 0; ord < ids.length; ord++) {
      float[] expected = vectors.get(ids[ord]);
      float[] found = values.vectorValue(ord);
      double missed = 0;
      double squares = 0;
      for (int d = 0; d < found.length; d++) {
        missed += Math.pow((double) expected[d] - found[d], 2);
        squares += (double) expected[d] * expected[d];
      }
      sum += missed / squares;
    }
    return Math.sqrt(sum / ids.length);
  }

  static Stream<Arguments> changes() {
    return Stream.of(RerankPrecision.values())
        .flatMap(
            from ->
                Stream.of(RerankPrecision.values())
                    .filter(to -> to != from)
                    .map(to -> Arguments.of(from, to)));
  }

  /**
   * A merge keeps the codes and makes the rerank copy from the most precise values of each segment.
   */
  @ParameterizedTest
  @MethodSource("changes")
  void newKindOfCopyIsMadeFromTheMostPreciseValues(RerankPrecision from, RerankPrecision to)
      throws IOException {
    QuantizationConfig before = config(Precision.INT4, from);
    QuantizationConfig after = config(Precision.INT4, to);
    List<float[]> vectors = new ArrayList<>();
    vectors.addAll(Arrays.asList(VectorFixtures.clustered(1_100, DIMENSION, 1)));
    float[][] more = VectorFixtures.clustered(300, DIMENSION, 2);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, before, 0, vectors.toArray(float[][]::new));
      ByteArrayOutputStream codes = new ByteArrayOutputStream();
      double old;
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        // Both configurations give equal codes, so the second segment inherits the first one's
        // calibration.
        add(directory, after, vectors.size(), more);
        codes.writeBytes(IndexFixtures.codes(open.leaves().get(0)));
        old = IndexFixtures.quantization(open, 0).fit().valueError();
      }
      vectors.addAll(Arrays.asList(more));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        codes.writeBytes(IndexFixtures.codes(reader.leaves().get(1)));
      }
      merge(directory, after);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
        assertEquals(to, merged.rerankCopy());
        assertArrayEquals(codes.toByteArray(), IndexFixtures.codes(leaf));
        double outside = error(leaf, vectors);
        assertEquals(outside, merged.fit().valueError(), .1 * outside);
        // A merge cannot recover the lost precision.
        assertTrue(
            merged.fit().valueError() >= .85 * old, merged.fit().valueError() + " after " + old);
      }
      IndexFixtures.expectClean(directory);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "INT8", "NONE"})
  void driftRecalibratesFromCopiesButNotFromCodes(RerankPrecision rerank) throws IOException {
    QuantizationConfig config = config(Precision.INT4, rerank);
    List<float[]> vectors = new ArrayList<>();
    vectors.addAll(Arrays.asList(VectorFixtures.clustered(1_000, DIMENSION, 1)));
    vectors.addAll(Arrays.asList(VectorFixtures.foreign(600, DIMENSION, 2)));
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, vectors.subList(0, 1_000).toArray(float[][]::new));
      String first;
      double sources;
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        first = IndexFixtures.quantization(open, 0).calibrationId();
        add(directory, config, 1_000, vectors.subList(1_000, 1_600).toArray(float[][]::new));
      }
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        SegmentField second = IndexFixtures.quantization(open, 1);
        assertEquals(CodeReason.DRIFTED, second.provenance().reason());
        sources =
            Math.sqrt(
                (1_000 * Math.pow(IndexFixtures.quantization(open, 0).fit().valueError(), 2)
                        + 600 * Math.pow(second.fit().valueError(), 2))
                    / 1_600);
      }
      merge(directory, config);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        if (rerank == RerankPrecision.NONE) {
          assertEquals(CodeReason.KEPT, merged.provenance().reason());
          assertEquals(CodeOrigin.PARTLY_COPIED, merged.provenance().origin());
          assertEquals(1_000, merged.provenance().copied());
          assertEquals(first, merged.calibrationId());
        } else {
          assertEquals(CodeOrigin.LEARNED, merged.provenance().origin());
          assertEquals(0, merged.provenance().copied());
          assertNotEquals(first, merged.calibrationId());
        }
        double outside = error(reader.leaves().get(0), vectors);
        assertTrue(outside > .9 * sources, outside + " after " + sources);
        assertEquals(outside, merged.fit().valueError(), .15 * outside);
      }
    }
  }

  /** A merge re-encodes the codes of many small segments if one segment has a learned transform. */
  @Test
  void learnedCalibrationsArePreferredToOthers() throws IOException {
    QuantizationConfig config = config(Precision.INT4, RerankPrecision.NONE);
    List<DirectoryReader> open = new ArrayList<>();
    try (Directory directory = IndexFixtures.directory(folder)) {
      for (int i = 0; i < 3; i++) {
        add(directory, config, 100 * i, VectorFixtures.clustered(100, DIMENSION, i));
        open.add(DirectoryReader.open(directory));
      }
      add(directory, config, 300, VectorFixtures.clustered(200, DIMENSION, 9));
      String learned;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField last = IndexFixtures.quantization(reader, 3);
        assertInstanceOf(DenseTransform.class, last.calibration().transform());
        learned = last.calibrationId();
      }
      merge(directory, config);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        assertEquals(learned, merged.calibrationId());
        assertEquals(200, merged.provenance().copied());
        assertEquals(CodeReason.KEPT, merged.provenance().reason());
      }
    } finally {
      for (DirectoryReader reader : open) {
        reader.close();
      }
    }
  }

  /**
   * A few vectors after a change of the precision do not determine the calibration of all vectors.
   */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "NONE"})
  void newPrecisionIsLearnedFromAllVectors(RerankPrecision rerank) throws IOException {
    QuantizationConfig before = config(Precision.INT4, rerank);
    QuantizationConfig after = config(Precision.BINARY, RerankPrecision.NONE);
    List<float[]> vectors = Arrays.asList(VectorFixtures.clustered(1_020, DIMENSION, 3));
    for (int late : new int[] {0, 20}) {
      try (Directory directory = IndexFixtures.directory(folder.resolve("late" + late))) {
        int first = vectors.size() - late;
        add(directory, before, 0, vectors.subList(0, 500).toArray(float[][]::new));
        add(directory, before, 500, vectors.subList(500, first).toArray(float[][]::new));
        if (late > 0) {
          add(directory, after, first, vectors.subList(first, 1_020).toArray(float[][]::new));
        }
        merge(directory, after);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          SegmentField merged = IndexFixtures.quantization(reader, 0);
          assertEquals(CodeReason.RECONFIGURED, merged.provenance().reason());
          assertInstanceOf(DenseTransform.class, merged.calibration().transform());
          assertEquals(1_020, merged.vectors());
          double outside = error(reader.leaves().get(0), vectors);
          assertEquals(outside, merged.fit().valueError(), .1 * outside);
        }
      }
    }
  }

  /** Vectors may have been checked when the field stored floats. */
  @Test
  void mergesSaturateHalfFloats() throws IOException {
    VectorSimilarityFunction product = VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    float[][] vectors = VectorFixtures.clustered(20, 3, 1);
    vectors[5] = new float[] {1e6f, -1e6f, 3};
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory,
          IndexFixtures.config(config(Precision.BINARY, RerankPrecision.FP32)),
          product,
          0,
          vectors);
      QuantizationConfig halves = config(Precision.BINARY, RerankPrecision.FP16);
      float[] another = {1, 2, 3};
      IndexFixtures.addSegment(directory, IndexFixtures.config(halves), product, 20, another);
      merge(directory, halves);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        assertArrayEquals(new float[] {65_504, -65_504, 3}, values.vectorValue(5));
        assertArrayEquals(another, values.vectorValue(20));
      }
    }
  }

  /** Rerank copies that can be copied lose no precision, even if the codes are re-encoded. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "INT8"})
  void copiesStayIfCodesAreRecalibrated(RerankPrecision rerank) throws IOException {
    QuantizationConfig config = config(Precision.INT2, rerank);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(200, DIMENSION, 1));
      ByteArrayOutputStream copies = new ByteArrayOutputStream();
      float error;
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        add(directory, config, 200, VectorFixtures.clustered(190, DIMENSION, 2));
        error = IndexFixtures.quantization(open, 0).fit().valueError();
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          copies.writeBytes(IndexFixtures.copies(leaf));
        }
      }
      merge(directory, config);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = IndexFixtures.quantization(reader, 0);
        assertEquals(CodeReason.GROWN, merged.provenance().reason());
        assertEquals(0, merged.provenance().copied());
        assertArrayEquals(copies.toByteArray(), IndexFixtures.copies(reader.leaves().get(0)));
        assertEquals(error, merged.fit().valueError(), .1 * error);
      }
    }
  }

  /**
   * Rerank copies are re-encoded if their centroid is far from the vectors, which would cost
   * precision.
   */
  @Test
  void copiesAreReencodedForADistantCentroid() throws IOException {
    QuantizationConfig config = config(Precision.INT4, RerankPrecision.INT8);
    VectorSimilarityFunction euclidean = VectorSimilarityFunction.EUCLIDEAN;
    float[][] moved = VectorFixtures.clustered(900, DIMENSION, 2);
    for (float[] vector : moved) {
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] += 40;
      }
    }
    float[][] few = VectorFixtures.clustered(200, DIMENSION, 1);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), euclidean, 0, few);
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        IndexFixtures.addSegment(directory, IndexFixtures.config(config), euclidean, 200, moved);
        assertEquals(200, open.maxDoc());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField first = IndexFixtures.values(reader.leaves().get(0)).field().stored();
        SegmentField second = IndexFixtures.values(reader.leaves().get(1)).field().stored();
        assertFalse(
            Arrays.equals(
                first.locations().copyCalibrationId(), second.locations().copyCalibrationId()));
        assertTrue(second.fit().valueError() < first.fit().valueError());
      }
    }
  }

  /**
   * Without a rerank copy, a merge does not learn a calibration that the next merge would replace,
   * because codes would be re-encoded from codes.
   */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "NONE"})
  void smallSegmentsOfCodesOnlyKeepTheCalibration(RerankPrecision rerank) throws IOException {
    QuantizationConfig config = config(Precision.INT4, rerank);
    List<DirectoryReader> open = new ArrayList<>();
    try (Directory directory = IndexFixtures.directory(folder)) {
      int id = 0;
      for (int count : new int[] {200, 190, 190}) {
        add(directory, config, id, VectorFixtures.clustered(count, DIMENSION, count + id));
        open.add(DirectoryReader.open(directory));
        id += count;
      }
      if (rerank == RerankPrecision.NONE) {
        merge(directory, config);
        open.add(DirectoryReader.open(directory));
      }
      for (int count : new int[] {500, 700}) {
        add(directory, config, id, VectorFixtures.clustered(count, DIMENSION, count));
        id += count;
        DirectoryReader now = DirectoryReader.open(directory);
        open.add(now);
        boolean keeps = rerank == RerankPrecision.NONE && count < 580;
        assertEquals(
            keeps ? CodeReason.FITS : CodeReason.GROWN,
            IndexFixtures.quantization(now, now.leaves().size() - 1).provenance().reason());
      }
    } finally {
      for (DirectoryReader reader : open) {
        reader.close();
      }
    }
  }
}
