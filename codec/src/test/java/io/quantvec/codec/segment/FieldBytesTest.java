/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reported bytes of a field match the sizes of its files. */
class FieldBytesTest {

  private static final int COUNT = 600;
  private static final int DIMENSION = 32;

  /**
   * Bytes of headers, footers, alignment, and the padding that kernels may read after the last
   * record.
   */
  private static final int FRAME = 300;

  @TempDir Path folder;

  private static long size(Directory directory, String extension) throws IOException {
    long size = 0;
    for (String file : directory.listAll()) {
      size += file.endsWith("." + extension) ? directory.fileLength(file) : 0;
    }
    return size;
  }

  private static void assertFile(Directory directory, String extension, long bytes)
      throws IOException {
    long file = size(directory, extension);
    assertTrue(Math.abs(file - bytes) <= FRAME, extension + ": " + bytes + " of a file of " + file);
  }

  @ParameterizedTest
  @EnumSource(RerankPrecision.class)
  void reportedBytesMatchFiles(RerankPrecision rerank) throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.INT2).withRerank(rerank);
    IndexWriterConfig writerConfig = IndexFixtures.config(IndexFixtures.hnsw(config));
    float[][] vectors = VectorFixtures.clustered(COUNT, DIMENSION, 5);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, writerConfig, VectorSimilarityFunction.COSINE, 0, vectors);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReader leaf = reader.leaves().get(0).reader();
        FieldBytes bytes = FieldBytes.of(leaf, "v");
        SegmentField quantization = IndexFixtures.quantization(reader, 0);
        // If the similarity is cosine, a code of fewer than 8 bits has correction terms of 4 bytes.
        assertEquals(4L * COUNT, bytes.corrections());
        long records = bytes.codes() + bytes.corrections();
        assertEquals((long) COUNT * quantization.codeBytes(), records);
        assertEquals((long) COUNT * quantization.rerankBytes(), bytes.rerankCopy());
        assertEquals(records + bytes.graph(), bytes.hot());
        int terms =
            switch (rerank) {
              case FP32 -> 4;
              case FP16, INT8 -> 6;
              case NONE -> 0;
            };
        assertEquals((long) COUNT * terms, bytes.errorTerms());
        assertEquals(bytes.rerankCopy() + bytes.errorTerms(), bytes.cold());
        assertFile(directory, "qvc", records);
        assertFile(directory, "qvr", bytes.rerankCopy());
        assertFile(directory, "qve", bytes.errorTerms());
        // The file also contains the offset of each list, at most two bytes per vector.
        assertFile(directory, "vex", bytes.graph() + 2 * COUNT);
        assertFile(directory, "qvk", bytes.calibrations());
        assertEquals(
            Map.of("veq", records, "vec", bytes.cold(), "vex", bytes.graph()),
            ((CodecReader) leaf)
                .getVectorReader()
                .getOffHeapByteSize(leaf.getFieldInfos().fieldInfo("v")));
      }
    }
  }

  /** A vector of 384 floats alone is 1,536 bytes. */
  @Test
  void smallestRescoredCodesOf384DimensionsTakeAtMost460Bytes() throws IOException {
    QuantizationConfig config =
        new QuantizationConfig(Precision.BINARY).withRerank(RerankPrecision.INT8);
    float[][] vectors = VectorFixtures.clustered(1_000, 384, 5);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, IndexFixtures.config(config), VectorSimilarityFunction.COSINE, 0, vectors);
      long bytes = 0;
      for (String extension : List.of("qvm", "qvc", "qvr", "qve")) {
        bytes += size(directory, extension);
      }
      assertTrue(bytes <= 460L * vectors.length, bytes + " for " + vectors.length + " vectors");
    }
  }

  @Test
  void flatFieldsHaveNoGraphBytesAndOtherFieldsAreNull() throws IOException {
    IndexWriterConfig flat = IndexFixtures.config(new QuantizationConfig(Precision.FP16));
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory, flat, VectorSimilarityFunction.EUCLIDEAN, 0, new float[] {1, 2}, null);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReader leaf = reader.leaves().get(0).reader();
        assertEquals(new FieldBytes(4, 0, 8, 4, 0, 0), FieldBytes.of(leaf, "v"));
        assertNull(FieldBytes.of(leaf, "w"));
      }
    }
    try (Directory directory = IndexFixtures.directory(folder.resolve("lucene"))) {
      IndexWriterConfig lucene = new IndexWriterConfig().setCodec(TestUtil.getDefaultCodec());
      IndexFixtures.addSegment(
          directory, lucene, VectorSimilarityFunction.EUCLIDEAN, 0, new float[] {1, 2});
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertNull(FieldBytes.of(reader.leaves().get(0).reader(), "v"));
      }
    }
  }
}
