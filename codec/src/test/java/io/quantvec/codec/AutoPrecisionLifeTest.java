/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How a chosen budget is inherited, kept and chosen again during the life of an index. */
class AutoPrecisionLifeTest {

  private static final int DIMENSION = 40;

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  private static final QuantizationConfig AUTO = QuantizationConfig.auto(.9);

  @TempDir Path folder;

  private int added;

  @BeforeEach
  void startEmptyIndex() {
    added = 0;
  }

  private SegmentField add(Directory directory, QuantizationConfig config, float[]... vectors)
      throws IOException {
    // Open segments hand their calibration to new segments.
    try (DirectoryReader open =
        DirectoryReader.indexExists(directory) ? DirectoryReader.open(directory) : null) {
      IndexFixtures.addSegment(directory, IndexFixtures.config(config), SIMILARITY, added, vectors);
      assertTrue(open == null || !open.leaves().isEmpty());
      added += vectors.length;
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      return IndexFixtures.quantization(reader, reader.leaves().size() - 1);
    }
  }

  private static SegmentField merge(Directory directory, QuantizationConfig config)
      throws IOException {
    IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
    IndexFixtures.expectClean(directory);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      assertEquals(1, reader.leaves().size());
      return IndexFixtures.quantization(reader, 0);
    }
  }

  private static byte[] codes(Directory directory) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      for (var leaf : reader.leaves()) {
        all.writeBytes(IndexFixtures.codes(leaf));
      }
    }
    return all.toByteArray();
  }

  private static void expectMeasured(SegmentField quantization, int vectors) {
    assertEquals(Precision.AUTO, quantization.config().precision());
    assertEquals(.9, quantization.config().targetRecall());
    assertTrue(quantization.config().bits() <= QuantizationConfig.MAX_BITS);
    assertTrue(
        quantization.provenance().budget().expectedRecall() >= .9,
        quantization.provenance().budget().toString());
    assertEquals(vectors, quantization.provenance().budget().vectors());
  }

  @ParameterizedTest
  @EnumSource(RerankPrecision.class)
  void segmentsInheritTheBudgetAndMergesCopyCodes(RerankPrecision rerank) throws IOException {
    QuantizationConfig config = AUTO.withRerank(rerank);
    try (Directory directory = IndexFixtures.directory(folder)) {
      var first = add(directory, config, VectorFixtures.clustered(1_500, DIMENSION, 1));
      assertTrue(
          first.provenance().budget().expectedRecall() >= .9,
          first.provenance().budget().toString());
      var second = add(directory, config, VectorFixtures.clustered(1_200, DIMENSION, 2));
      assertEquals(CodeOrigin.INHERITED, second.provenance().origin());
      assertEquals(first.config(), second.config());
      assertEquals(first.provenance().budget(), second.provenance().budget());
      byte[] before = codes(directory);
      var merged = merge(directory, config);
      assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
      assertEquals(first.config(), merged.config());
      assertEquals(first.provenance().budget(), merged.provenance().budget());
      assertArrayEquals(before, codes(directory));
    }
  }

  @Test
  void graphsAndRestartsKeepTheBudget() throws IOException {
    SegmentField first;
    try (Directory directory = IndexFixtures.directory(folder)) {
      first = add(directory, AUTO, VectorFixtures.clustered(1_500, DIMENSION, 1));
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.forceMerge(
          directory, IndexFixtures.config(IndexFixtures.hnsw(QuantizationConfig.auto(.9))));
      var second = add(directory, AUTO, VectorFixtures.clustered(200, DIMENSION, 2));
      assertEquals(first.config(), second.config());
      assertEquals(first.provenance().budget(), second.provenance().budget());
    }
  }

  @Test
  void tooFewVectorsGetASafeBudget() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      var few = add(directory, AUTO, VectorFixtures.clustered(100, DIMENSION, 1));
      assertTrue(Float.isNaN(few.provenance().budget().expectedRecall()));
      assertEquals(4, few.config().bits());
      add(directory, AUTO, VectorFixtures.clustered(100, DIMENSION, 2));
      var still = merge(directory, AUTO);
      assertTrue(Float.isNaN(still.provenance().budget().expectedRecall()));
      add(directory, AUTO, VectorFixtures.clustered(500, DIMENSION, 3));
      expectMeasured(merge(directory, AUTO), 700);
    }
  }

  @Test
  void safeBudgetWithoutRerankCopyIsEightBits() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      QuantizationConfig config = AUTO.withRerank(RerankPrecision.NONE);
      var few = add(directory, config, VectorFixtures.clustered(100, DIMENSION, 1));
      assertEquals(8, few.config().bits());
      assertEquals(1, few.calibration().blockSize());
      assertEquals(DIMENSION + 6 + 2, few.codeBytes());
      // Re-encoding cannot recover what the codes lost, so the codes stay.
      var merged = merge(directory, config);
      assertEquals(8, merged.config().bits());
      add(directory, config, VectorFixtures.clustered(50, DIMENSION, 2));
      assertEquals(CodeReason.KEPT, merge(directory, config).provenance().reason());
    }
  }

  /** Without a rerank copy, seven bits do not reach the recall target for such vectors. */
  @Test
  void int8IsChosenIfNoSmallerBudgetMeetsTheTarget() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      QuantizationConfig config = QuantizationConfig.auto(.999).withRerank(RerankPrecision.NONE);
      var chosen = add(directory, config, VectorFixtures.clustered(3_000, DIMENSION, 1));
      assertEquals(8, chosen.config().bits());
      assertTrue(
          chosen.provenance().budget().expectedRecall() > .97,
          chosen.provenance().budget().toString());
      assertEquals(8 * DIMENSION, chosen.calibration().codeBits());
    }
  }

  @Test
  void grownFieldChoosesAgain() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      expectMeasured(add(directory, AUTO, VectorFixtures.clustered(600, DIMENSION, 1)), 600);
      add(directory, AUTO, VectorFixtures.clustered(500, DIMENSION, 2));
      add(directory, AUTO, VectorFixtures.clustered(500, DIMENSION, 3));
      expectMeasured(merge(directory, AUTO), 1_600);
    }
  }

  /** The size of a calibration's sample is limited, the size of a field is not. */
  @Test
  void grownFieldChecksItsBudgetWithTheSameCalibration() throws IOException {
    float[][] distinct = VectorFixtures.clustered(30, 8, 1);
    float[][] vectors = new float[21_000][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = distinct[i % distinct.length];
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      var first = add(directory, AUTO, vectors);
      assertEquals(21_000, first.provenance().budget().vectors());
      var second = add(directory, AUTO, Arrays.copyOf(vectors, 20_000));
      assertEquals(21_000, second.provenance().budget().vectors());
      // Fewer than twice the vectors that the budget was chosen for.
      var merged = merge(directory, AUTO);
      assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
      assertEquals(21_000, merged.provenance().budget().vectors());
      add(directory, AUTO, Arrays.copyOf(vectors, 2_000));
      merged = merge(directory, AUTO);
      assertEquals(CodeOrigin.COPIED, merged.provenance().origin());
      assertEquals(43_000, merged.provenance().budget().vectors());
      assertEquals(first.config(), merged.config());
      assertEquals(first.calibrationId(), merged.calibrationId());
    }
  }

  @Test
  void driftChoosesAgain() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      var first = add(directory, AUTO, VectorFixtures.clustered(1_500, DIMENSION, 1));
      var foreign = add(directory, AUTO, VectorFixtures.foreign(2_500, DIMENSION, 2));
      assertEquals(CodeReason.DRIFTED, foreign.provenance().reason());
      expectMeasured(foreign, 2_500);
      assertFalse(first.calibrationId().equals(foreign.calibrationId()));
    }
  }

  @Test
  void anotherTargetChoosesAgain() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      QuantizationConfig little = QuantizationConfig.auto(.5);
      QuantizationConfig much = QuantizationConfig.auto(.999);
      var low = add(directory, little, VectorFixtures.clustered(2_000, DIMENSION, 1));
      // Lucene does not merge a single segment without changes.
      try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(much))) {
        writer.deleteDocuments(new Term("key", "7"));
      }
      var high = merge(directory, much);
      assertEquals(.999, high.config().targetRecall());
      assertEquals(CodeReason.RECONFIGURED, high.provenance().reason());
      assertTrue(high.config().bits() > low.config().bits(), low.config() + " " + high.config());
      var fixed = new QuantizationConfig(Precision.INT4);
      add(directory, fixed, VectorFixtures.clustered(10, DIMENSION, 3));
      assertNull(merge(directory, fixed).provenance().budget());
    }
  }

  /** A budget that was chosen for rescored codes is too small without a rerank copy. */
  @Test
  void removingTheRerankCopyChoosesAgain() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      var rescored = add(directory, AUTO, VectorFixtures.clustered(1_500, DIMENSION, 1));
      QuantizationConfig none = AUTO.withRerank(RerankPrecision.NONE);
      var flushed = add(directory, none, VectorFixtures.clustered(1_000, DIMENSION, 2));
      var merged = merge(directory, none);
      for (SegmentField own : List.of(flushed, merged)) {
        assertTrue(
            own.config().bits() > rescored.config().bits(), own.config() + " " + rescored.config());
      }
      // Codes without a rerank copy do not allow a choice.
      expectMeasured(merged, 1_000);
    }
  }

  /**
   * int8 codes cannot have an int8 rerank copy, so a budget of 8 bits must not stay if one is
   * requested.
   */
  @ParameterizedTest
  @EnumSource(RerankPrecision.class)
  void addingARerankCopyChoosesAgain(RerankPrecision rerank) throws IOException {
    try (Directory directory = IndexFixtures.directory(folder)) {
      var few =
          add(
              directory,
              AUTO.withRerank(RerankPrecision.NONE),
              VectorFixtures.clustered(100, DIMENSION, 1));
      assertEquals(8, few.config().bits());
      QuantizationConfig config = AUTO.withRerank(rerank);
      var flushed = add(directory, config, VectorFixtures.clustered(90, DIMENSION, 2));
      var merged = merge(directory, config);
      for (SegmentField own : List.of(flushed, merged)) {
        assertEquals(rerank, own.rerankCopy());
        assertEquals(rerank == RerankPrecision.NONE ? 8 : 4, own.config().bits());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 40", "1, 40", "1, 1", "700, 1", "700, 2", "700, 33", "2, 16000"})
  void anyNumberOfVectorsAndDimensionsWorks(int count, int dimension) throws IOException {
    for (RerankPrecision rerank : RerankPrecision.values()) {
      added = 0;
      QuantizationConfig config = AUTO.withRerank(rerank);
      try (Directory directory = IndexFixtures.directory(folder.resolve(rerank.label()))) {
        float[][] vectors = VectorFixtures.clustered(Math.max(1, count), dimension, 1);
        add(directory, config, vectors);
        if (count == 0) {
          try (IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(config))) {
            writer.addDocument(IndexFixtures.document(1, null, SIMILARITY));
            writer.deleteDocuments(new Term("key", "0"));
          }
          IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
          IndexFixtures.expectClean(directory);
          continue;
        }
        var written = merge(directory, config);
        assertEquals(count, written.vectors());
        assertTrue(written.config().bits() >= QuantizationConfig.MIN_BITS);
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertEquals(1, IndexFixtures.best(reader, vectors[0], 1).size());
        }
      }
    }
  }

  @Test
  void equalVectorsTakeTheSmallestBudget() throws IOException {
    float[] one = VectorFixtures.clustered(1, DIMENSION, 1)[0];
    float[][] equal = new float[800][];
    Arrays.fill(equal, one);
    try (Directory directory = IndexFixtures.directory(folder)) {
      var written = add(directory, AUTO, equal);
      assertEquals(QuantizationConfig.MIN_BITS, written.config().bits());
      assertEquals(1, written.provenance().budget().expectedRecall());
    }
  }

  @Test
  void zeroVectorsAreWrittenForEverySimilarityThatAcceptsThem() throws IOException {
    float[][] vectors = VectorFixtures.clustered(800, DIMENSION, 1);
    for (int i = 0; i < vectors.length; i += 3) {
      vectors[i] = new float[DIMENSION];
    }
    try (Directory directory = IndexFixtures.directory(folder)) {
      var written = add(directory, AUTO, vectors);
      expectMeasured(written, 800);
    }
  }

  @Test
  void invalidConfigurationsAreRejected() {
    for (double target : new double[] {.49, .9991, 1, Double.NaN, -1}) {
      assertThrows(IllegalArgumentException.class, () -> QuantizationConfig.auto(target));
    }
    assertEquals(.95, new QuantizationConfig(Precision.AUTO).targetRecall());
    assertTrue(Double.isNaN(new QuantizationConfig(Precision.INT4).targetRecall()));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new QuantizationConfig(
                Precision.INT4,
                4,
                Allocation.MIXED,
                RerankPrecision.FP32,
                CalibrationConfig.DYNAMIC,
                .95));
    var known = CalibrationConfig.frozen(FixedCalibrations.local(new float[DIMENSION]));
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> AUTO.withCalibration(known));
    assertTrue(refused.getMessage().contains("calibration.mode: dynamic"), refused.getMessage());
    for (double bits : new double[] {.4, 7.5, 9}) {
      assertThrows(IllegalArgumentException.class, () -> AUTO.withChosenBits(bits));
    }
    assertTrue(AUTO.withChosenBits(1).makesSameCodes(AUTO.withChosenBits(2)));
    assertFalse(AUTO.makesSameCodes(QuantizationConfig.auto(.91)));
    assertFalse(AUTO.makesSameCodes(new QuantizationConfig(Precision.INT4)));
  }
}
