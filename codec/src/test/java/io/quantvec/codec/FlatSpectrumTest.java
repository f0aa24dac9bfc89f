/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.HadamardTransform;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors with a flat spectrum: mixed bits fall back to uniform bits, and merges keep them. */
class FlatSpectrumTest {

  private static final int DIMENSION = 64;

  /**
   * Enough vectors that an eighth of them measures the error, and that half as many more do not
   * change the choice.
   */
  private static final int COUNT = 4_000;

  @TempDir private Path folder;

  private static void add(
      Directory directory, QuantizationConfig config, int firstId, float[][] vectors)
      throws IOException {
    IndexFixtures.addSegment(
        directory,
        IndexFixtures.config(config),
        VectorSimilarityFunction.EUCLIDEAN,
        firstId,
        vectors);
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"INT4", "INT2", "TERNARY", "BINARY"})
  void uniformCodesAreInheritedAndCopied(Precision precision) throws IOException {
    QuantizationConfig config = new QuantizationConfig(precision);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.normal(COUNT, DIMENSION, 1));
      try (DirectoryReader first = DirectoryReader.open(directory)) {
        SegmentField learned = IndexFixtures.quantization(first, 0);
        assertEquals(CodeOrigin.LEARNED, learned.provenance().origin());
        assertInstanceOf(HadamardTransform.class, learned.calibration().transform());
        add(directory, config, COUNT, VectorFixtures.normal(COUNT / 2, DIMENSION, 2));
        try (DirectoryReader both = DirectoryReader.open(directory)) {
          assertEquals(
              CodeOrigin.INHERITED, IndexFixtures.quantization(both, 1).provenance().origin());
        }
        IndexFixtures.forceMerge(directory, IndexFixtures.config(config));
        try (DirectoryReader merged = DirectoryReader.open(directory)) {
          SegmentField copied = IndexFixtures.quantization(merged, 0);
          assertEquals(CodeOrigin.COPIED, copied.provenance().origin());
          assertEquals(learned.calibrationId(), copied.calibrationId());
        }
      }
      IndexFixtures.expectClean(directory);
    }
  }

  @Test
  void vectorsWithAFallingSpectrumGetMixedBits() throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.BINARY);
    try (Directory directory = IndexFixtures.directory(folder)) {
      add(directory, config, 0, VectorFixtures.clustered(COUNT, DIMENSION, 1));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertInstanceOf(
            DenseTransform.class, IndexFixtures.quantization(reader, 0).calibration().transform());
      }
    }
  }
}
