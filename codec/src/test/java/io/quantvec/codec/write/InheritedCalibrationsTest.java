/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.quantvec.codec.IndexFixtures;
import io.quantvec.codec.QuantizedFlatVectorsFormat;
import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flush inherits a calibration depending only on its format's owner and the index. */
class InheritedCalibrationsTest {

  private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.EUCLIDEAN;

  private static final QuantizationConfig INT4 = new QuantizationConfig(Precision.INT4);

  private static final float[][] FIRST = VectorFixtures.clustered(1_200, 24, 1);
  private static final float[][] SECOND = VectorFixtures.clustered(600, 24, 2);

  @TempDir private Path folder;

  private static List<SegmentField> segments(Directory directory) throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      List<SegmentField> fields = new ArrayList<>();
      for (int leaf = 0; leaf < reader.leaves().size(); leaf++) {
        fields.add(IndexFixtures.quantization(reader, leaf));
      }
      return fields;
    }
  }

  private static void add(Directory directory, QuantizedFlatVectorsFormat format, float[][] vectors)
      throws IOException {
    IndexFixtures.addSegment(directory, IndexFixtures.config(format), SIMILARITY, 0, vectors);
  }

  @Test
  void testANewOwnerInheritsFromTheLastCommit() throws IOException {
    for (boolean compound : new boolean[] {false, true}) {
      try (Directory directory = IndexFixtures.directory(folder.resolve("compound" + compound))) {
        for (float[][] vectors : List.of(FIRST, SECOND)) {
          IndexFixtures.addSegment(
              directory,
              IndexFixtures.config(INT4).setUseCompoundFile(compound),
              SIMILARITY,
              0,
              vectors);
        }
        SegmentField second = segments(directory).get(1);
        assertEquals(CodeOrigin.INHERITED, second.provenance().origin());
        assertEquals(segments(directory).get(0).calibrationId(), second.calibrationId());
      }
    }
  }

  @Test
  void testAnOwnerInheritsFromWhatItWroteBeforeACommit() throws IOException {
    try (Directory directory = IndexFixtures.directory(folder);
        IndexWriter writer = new IndexWriter(directory, IndexFixtures.config(INT4))) {
      for (float[][] vectors : List.of(FIRST, SECOND)) {
        for (float[] vector : vectors) {
          writer.addDocument(IndexFixtures.document(0, vector, SIMILARITY));
        }
        writer.flush();
      }
      writer.commit();
      assertEquals(CodeOrigin.INHERITED, segments(directory).get(1).provenance().origin());
    }
  }

  @Test
  void testOtherIndexesOfAnOwnerAreNotInheritedFrom() throws IOException {
    QuantizedFlatVectorsFormat format = new QuantizedFlatVectorsFormat(INT4);
    try (Directory one = IndexFixtures.directory(folder.resolve("one"));
        Directory other = IndexFixtures.directory(folder.resolve("other"))) {
      add(one, format, FIRST);
      add(other, format, SECOND);
      assertEquals(CodeReason.FIRST, segments(other).get(0).provenance().reason());
      assertNotEquals(segments(one).get(0).calibrationId(), segments(other).get(0).calibrationId());
    }
  }

  @Test
  void testOpenReadersDoNotChangeWhatAFlushWrites() throws IOException {
    byte[][] written = new byte[2][];
    for (int i = 0; i < 2; i++) {
      Path own = folder.resolve(Integer.toString(i));
      try (Directory directory = IndexFixtures.directory(own)) {
        QuantizedFlatVectorsFormat format = new QuantizedFlatVectorsFormat(INT4);
        add(directory, format, SECOND);
        // Another owner writes a larger segment of different vectors, which this owner does not
        // use.
        float[][] moved = new float[FIRST.length][];
        Arrays.setAll(moved, v -> scaled(FIRST[v]));
        add(directory, new QuantizedFlatVectorsFormat(INT4), moved);
        DirectoryReader open = i == 0 ? null : DirectoryReader.open(directory);
        try {
          add(directory, format, Arrays.copyOf(SECOND, 500));
        } finally {
          IOUtils.close(open);
        }
      }
      written[i] = codesOfLastSegment(own);
    }
    assertArrayEquals(written[0], written[1]);
  }

  private static float[] scaled(float[] vector) {
    float[] scaled = vector.clone();
    for (int d = 0; d < scaled.length; d++) {
      scaled[d] = 3 * vector[d] + d;
    }
    return scaled;
  }

  /** The codes without header and footer, which contain the segment's random id. */
  private static byte[] codesOfLastSegment(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      Path last =
          files.filter(file -> file.toString().endsWith(".qvc")).sorted().toList().getLast();
      byte[] bytes = Files.readAllBytes(last);
      return Arrays.copyOfRange(bytes, 64, bytes.length - 16);
    }
  }
}
