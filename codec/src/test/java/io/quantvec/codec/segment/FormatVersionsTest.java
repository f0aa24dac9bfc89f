/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.file.FlatFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment is read by the version that its files have. */
class FormatVersionsTest {

  private static final int COUNT = 300;

  private static final float[][] VECTORS = VectorFixtures.clustered(2 * COUNT, 24, 7);

  @TempDir private Path folder;

  @Test
  void testSegmentsOfTwoVersionsAreReadSideBySide() throws IOException {
    VectorSimilarityFunction similarity = VectorSimilarityFunction.EUCLIDEAN;
    try (Directory directory = IndexFixtures.directory(folder)) {
      for (int version = 0; version < 2; version++) {
        float[][] vectors =
            List.of(VECTORS)
                .subList(version * COUNT, (version + 1) * COUNT)
                .toArray(float[][]::new);
        IndexFixtures.addSegment(
            directory,
            IndexFixtures.config(new NextVersionFormat(version)),
            similarity,
            version * COUNT,
            vectors);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertEquals(2, reader.leaves().size());
        for (int version = 0; version < 2; version++) {
          LeafReaderContext leaf = reader.leaves().get(version);
          assertEquals(version, versionOf(directory, leaf));
          expectVectors(leaf, version * COUNT, COUNT);
        }
      }
      IndexFixtures.forceMerge(directory, IndexFixtures.config(new NextVersionFormat(1)));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext merged = reader.leaves().getFirst();
        assertEquals(1, versionOf(directory, merged));
        expectVectors(merged, 0, 2 * COUNT);
      }
    }
  }

  @Test
  void testReleasedVersionsAreThoseOfTheFiles() {
    assertEquals(FlatFiles.VERSION_START, FormatVersions.RELEASED.oldest());
    assertEquals(FlatFiles.VERSION_CURRENT, FormatVersions.RELEASED.current().number());
  }

  @Test
  void testVersionsAreNumberedWithoutGaps() {
    FieldMetadataVersion released = FormatVersions.RELEASED.current();
    assertThrows(
        IllegalArgumentException.class, () -> new FormatVersions(List.of(released, released)));
  }

  private static void expectVectors(LeafReaderContext leaf, int firstId, int count)
      throws IOException {
    QuantizedFloatVectorValues values = IndexFixtures.values(leaf);
    assertEquals(count, values.size());
    assertEquals(new QuantizationConfig(Precision.INT4), values.quantization().config());
    for (int ord = 0; ord < count; ord++) {
      assertArrayEquals(VECTORS[firstId + ord], values.vectorValue(ord));
    }
  }

  private static int versionOf(Directory directory, LeafReaderContext leaf) throws IOException {
    String segment = ((SegmentReader) leaf.reader()).getSegmentName();
    for (String file : directory.listAll()) {
      if (file.startsWith(segment + "_") && file.endsWith(".qvm")) {
        try (IndexInput in = directory.openInput(file, IOContext.READONCE)) {
          return CodecUtil.checkHeader(in, "QuantvecMeta", 0, 1);
        }
      }
    }
    throw new AssertionError("no metadata of " + segment);
  }
}
