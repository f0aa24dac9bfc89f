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

/** What merges make of vectors that are not kept as floats, and are not copied as they are. */
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
    TestIndexes.addSegment(directory, TestIndexes.config(config), COSINE, firstId, vectors);
  }

  private static void merge(Directory directory, QuantizationConfig config) throws IOException {
    TestIndexes.forceMerge(directory, TestIndexes.config(config));
  }

  /** Root mean square of the relative errors of a segment's vectors, which are in order of ids. */
  private static double error(LeafReaderContext leaf, List<float[]> vectors) throws IOException {
    QuantizedFloatVectorValues values = TestIndexes.values(leaf);
    int[] ids = TestIndexes.ids(leaf);
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

  /** The codes stay, and the copy is made of the finest values there are. */
  @ParameterizedTest
  @MethodSource("changes")
  void anotherCopyIsMadeOfTheFinest(RerankPrecision from, RerankPrecision to) throws IOException {
    QuantizationConfig before = config(Precision.INT4, from);
    QuantizationConfig after = config(Precision.INT4, to);
    List<float[]> vectors = new ArrayList<>();
    vectors.addAll(Arrays.asList(TestVectors.clustered(1_100, DIMENSION, 1)));
    float[][] more = TestVectors.clustered(300, DIMENSION, 2);
    try (Directory directory = TestIndexes.directory(folder)) {
      add(directory, before, 0, vectors.toArray(float[][]::new));
      ByteArrayOutputStream codes = new ByteArrayOutputStream();
      double old;
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        // The codes of both are the same, so the second one inherits the first one's calibration.
        add(directory, after, vectors.size(), more);
        codes.writeBytes(TestIndexes.codes(open.leaves().get(0)));
        old = TestIndexes.quantization(open, 0).valueError();
      }
      vectors.addAll(Arrays.asList(more));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        codes.writeBytes(TestIndexes.codes(reader.leaves().get(1)));
      }
      merge(directory, after);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().get(0);
        SegmentField merged = TestIndexes.quantization(reader, 0);
        assertEquals(CodeOrigin.COPIED, merged.origin());
        assertEquals(to, merged.rerankCopy());
        assertArrayEquals(codes.toByteArray(), TestIndexes.codes(leaf));
        double outside = error(leaf, vectors);
        assertEquals(outside, merged.valueError(), .1 * outside);
        // What was lost stays lost.
        assertTrue(merged.valueError() >= .85 * old, merged.valueError() + " after " + old);
      }
      TestIndexes.expectClean(directory);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "INT8", "NONE"})
  void whatDriftedIsLearnedAnewFromCopiesButNotFromCodes(RerankPrecision rerank)
      throws IOException {
    QuantizationConfig config = config(Precision.INT4, rerank);
    List<float[]> vectors = new ArrayList<>();
    vectors.addAll(Arrays.asList(TestVectors.clustered(1_000, DIMENSION, 1)));
    vectors.addAll(Arrays.asList(TestVectors.foreign(600, DIMENSION, 2)));
    try (Directory directory = TestIndexes.directory(folder)) {
      add(directory, config, 0, vectors.subList(0, 1_000).toArray(float[][]::new));
      String first;
      double sources;
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        first = TestIndexes.quantization(open, 0).calibrationId();
        add(directory, config, 1_000, vectors.subList(1_000, 1_600).toArray(float[][]::new));
      }
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        SegmentField second = TestIndexes.quantization(open, 1);
        assertEquals(CodeReason.DRIFTED, second.reason());
        sources =
            Math.sqrt(
                (1_000 * Math.pow(TestIndexes.quantization(open, 0).valueError(), 2)
                        + 600 * Math.pow(second.valueError(), 2))
                    / 1_600);
      }
      merge(directory, config);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = TestIndexes.quantization(reader, 0);
        if (rerank == RerankPrecision.NONE) {
          assertEquals(CodeReason.KEPT, merged.reason());
          assertEquals(CodeOrigin.PARTLY_COPIED, merged.origin());
          assertEquals(1_000, merged.copiedVectors());
          assertEquals(first, merged.calibrationId());
        } else {
          assertEquals(CodeOrigin.LEARNED, merged.origin());
          assertEquals(0, merged.copiedVectors());
          assertNotEquals(first, merged.calibrationId());
        }
        double outside = error(reader.leaves().get(0), vectors);
        assertTrue(outside > .9 * sources, outside + " after " + sources);
        assertEquals(outside, merged.valueError(), .15 * outside);
      }
    }
  }

  /** The codes of many small segments are encoded anew where a transform was learned. */
  @Test
  void learnedCalibrationsArePreferredToOthers() throws IOException {
    QuantizationConfig config = config(Precision.INT4, RerankPrecision.NONE);
    List<DirectoryReader> open = new ArrayList<>();
    try (Directory directory = TestIndexes.directory(folder)) {
      for (int i = 0; i < 3; i++) {
        add(directory, config, 100 * i, TestVectors.clustered(100, DIMENSION, i));
        open.add(DirectoryReader.open(directory));
      }
      add(directory, config, 300, TestVectors.clustered(200, DIMENSION, 9));
      String learned;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField last = TestIndexes.quantization(reader, 3);
        assertInstanceOf(DenseTransform.class, last.calibration().transform());
        learned = last.calibrationId();
      }
      merge(directory, config);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = TestIndexes.quantization(reader, 0);
        assertEquals(learned, merged.calibrationId());
        assertEquals(200, merged.copiedVectors());
        assertEquals(CodeReason.KEPT, merged.reason());
      }
    } finally {
      for (DirectoryReader reader : open) {
        reader.close();
      }
    }
  }

  /** A few vectors that came after a change of the precision do not decide for all others. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "INT8", "NONE"})
  void aNewPrecisionIsLearnedFromWhatThereIs(RerankPrecision rerank) throws IOException {
    QuantizationConfig before = config(Precision.INT4, rerank);
    QuantizationConfig after = config(Precision.BINARY, RerankPrecision.NONE);
    List<float[]> vectors = Arrays.asList(TestVectors.clustered(1_020, DIMENSION, 3));
    for (int late : new int[] {0, 20}) {
      try (Directory directory = TestIndexes.directory(folder.resolve("late" + late))) {
        int first = vectors.size() - late;
        add(directory, before, 0, vectors.subList(0, 500).toArray(float[][]::new));
        add(directory, before, 500, vectors.subList(500, first).toArray(float[][]::new));
        if (late > 0) {
          add(directory, after, first, vectors.subList(first, 1_020).toArray(float[][]::new));
        }
        merge(directory, after);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          SegmentField merged = TestIndexes.quantization(reader, 0);
          assertEquals(CodeReason.RECONFIGURED, merged.reason());
          assertInstanceOf(DenseTransform.class, merged.calibration().transform());
          assertEquals(1_020, merged.vectors());
          double outside = error(reader.leaves().get(0), vectors);
          assertEquals(outside, merged.valueError(), .1 * outside);
        }
      }
    }
  }

  /** A field may have been of floats when its vectors were checked. */
  @Test
  void mergesSaturateHalfFloats() throws IOException {
    VectorSimilarityFunction product = VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    float[][] vectors = TestVectors.clustered(20, 3, 1);
    vectors[5] = new float[] {1e6f, -1e6f, 3};
    try (Directory directory = TestIndexes.directory(folder)) {
      TestIndexes.addSegment(
          directory,
          TestIndexes.config(config(Precision.BINARY, RerankPrecision.FP32)),
          product,
          0,
          vectors);
      QuantizationConfig halves = config(Precision.BINARY, RerankPrecision.FP16);
      float[] another = {1, 2, 3};
      TestIndexes.addSegment(directory, TestIndexes.config(halves), product, 20, another);
      merge(directory, halves);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = TestIndexes.values(reader.leaves().get(0));
        assertArrayEquals(new float[] {65_504, -65_504, 3}, values.vectorValue(5));
        assertArrayEquals(another, values.vectorValue(20));
      }
    }
  }

  /** Whatever becomes of the codes, copies lose nothing more as long as they can stay. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "INT8"})
  void copiesStayWhereCodesAreLearnedAnew(RerankPrecision rerank) throws IOException {
    QuantizationConfig config = config(Precision.INT2, rerank);
    try (Directory directory = TestIndexes.directory(folder)) {
      add(directory, config, 0, TestVectors.clustered(200, DIMENSION, 1));
      ByteArrayOutputStream copies = new ByteArrayOutputStream();
      float error;
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        add(directory, config, 200, TestVectors.clustered(190, DIMENSION, 2));
        error = TestIndexes.quantization(open, 0).valueError();
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          copies.writeBytes(TestIndexes.copies(leaf));
        }
      }
      merge(directory, config);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField merged = TestIndexes.quantization(reader, 0);
        assertEquals(CodeReason.GROWN, merged.reason());
        assertEquals(0, merged.copiedVectors());
        assertArrayEquals(copies.toByteArray(), TestIndexes.copies(reader.leaves().get(0)));
        assertEquals(error, merged.valueError(), .1 * error);
      }
    }
  }

  /** Unless their centre is none of the vectors' any more, which would cost precision. */
  @Test
  void copiesMoveToACentreThatIsFarAway() throws IOException {
    QuantizationConfig config = config(Precision.INT4, RerankPrecision.INT8);
    VectorSimilarityFunction euclidean = VectorSimilarityFunction.EUCLIDEAN;
    float[][] moved = TestVectors.clustered(900, DIMENSION, 2);
    for (float[] vector : moved) {
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] += 40;
      }
    }
    float[][] few = TestVectors.clustered(200, DIMENSION, 1);
    try (Directory directory = TestIndexes.directory(folder)) {
      TestIndexes.addSegment(directory, TestIndexes.config(config), euclidean, 0, few);
      try (DirectoryReader open = DirectoryReader.open(directory)) {
        TestIndexes.addSegment(directory, TestIndexes.config(config), euclidean, 200, moved);
        assertEquals(200, open.maxDoc());
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        SegmentField first = TestIndexes.values(reader.leaves().get(0)).field().stored();
        SegmentField second = TestIndexes.values(reader.leaves().get(1)).field().stored();
        assertFalse(
            Arrays.equals(
                first.locations().copyCalibrationId(), second.locations().copyCalibrationId()));
        assertTrue(second.fit().valueError() < first.fit().valueError());
      }
    }
  }

  /**
   * A calibration that would give way in the next merge is not learned where its codes could only
   * be encoded once more, from what they kept.
   */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "NONE"})
  void smallSegmentsOfCodesOnlyTakeTheCalibrationThereIs(RerankPrecision rerank)
      throws IOException {
    QuantizationConfig config = config(Precision.INT4, rerank);
    List<DirectoryReader> open = new ArrayList<>();
    try (Directory directory = TestIndexes.directory(folder)) {
      int id = 0;
      for (int count : new int[] {200, 190, 190}) {
        add(directory, config, id, TestVectors.clustered(count, DIMENSION, count + id));
        open.add(DirectoryReader.open(directory));
        id += count;
      }
      if (rerank == RerankPrecision.NONE) {
        merge(directory, config);
        open.add(DirectoryReader.open(directory));
      }
      for (int count : new int[] {500, 700}) {
        add(directory, config, id, TestVectors.clustered(count, DIMENSION, count));
        id += count;
        DirectoryReader now = DirectoryReader.open(directory);
        open.add(now);
        boolean keeps = rerank == RerankPrecision.NONE && count < 580;
        assertEquals(
            keeps ? CodeReason.FITS : CodeReason.GROWN,
            TestIndexes.quantization(now, now.leaves().size() - 1).reason());
      }
    } finally {
      for (DirectoryReader reader : open) {
        reader.close();
      }
    }
  }
}
