/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.IndexExercise.Layout;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.graph.StoredGraph;
import io.quantvec.codec.segment.FieldLocations;
import io.quantvec.codec.segment.QuantizedFloatVectorValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage that readers once did not detect, or did not report as corruption. */
class DamagedSegmentTest {

  private static final VectorSimilarityFunction EUCLIDEAN = VectorSimilarityFunction.EUCLIDEAN;
  private static final int VECTORS = 150;

  private static Layout layout(QuantizationConfig config) {
    return new Layout(config, EUCLIDEAN, true, false);
  }

  private static Map<String, byte[]> files(Layout layout) throws IOException {
    try (Directory directory = new ByteBuffersDirectory()) {
      IndexExercise.add(directory, layout, 0, VECTORS, 3);
      return StoredFiles.read(directory);
    }
  }

  /** A directory with the files, one of which is replaced. */
  private static Directory changed(
      Map<String, byte[]> files, String extension, UnaryOperator<byte[]> change)
      throws IOException {
    Map<String, byte[]> changed = new HashMap<>(files);
    changed.computeIfPresent(
        StoredFiles.named(files, extension), (name, file) -> change.apply(file.clone()));
    Directory directory = new ByteBuffersDirectory();
    StoredFiles.write(changed, directory);
    return directory;
  }

  private static void expectDamageAtOpen(
      Map<String, byte[]> files, String extension, UnaryOperator<byte[]> change)
      throws IOException {
    try (Directory directory = changed(files, extension, change)) {
      CorruptIndexException e =
          assertThrows(CorruptIndexException.class, () -> DirectoryReader.open(directory).close());
      assertTrue(e.getMessage().contains("." + extension), e::getMessage);
    }
  }

  /** A reader verifies a calibration's bytes even if the calibration is already in memory. */
  @Test
  void damageOfCalibrationsInUseIsDetected() throws IOException {
    Map<String, byte[]> files = files(layout(new QuantizationConfig(Precision.INT4)));
    try (Directory sound = new ByteBuffersDirectory()) {
      StoredFiles.write(files, sound);
      try (DirectoryReader reader = DirectoryReader.open(sound)) {
        expectDamageAtOpen(
            files,
            "qvk",
            file -> {
              file[file.length / 2] ^= 1;
              return file;
            });
        assertEquals(VECTORS, reader.numDocs());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qvm", "vem", "vemf"})
  void negativeFieldNumbersAreCorruption(String extension) throws IOException {
    Map<String, byte[]> files = files(layout(new QuantizationConfig(Precision.INT8)));
    expectDamageAtOpen(
        files,
        extension,
        file -> {
          ByteBuffer.wrap(file).putInt(StoredFiles.headerLength(file), -7);
          return StoredFiles.withChecksum(file);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"qvm", "qvk", "qvc", "qvr", "qve", "vem", "vex", "vemf", "vec"})
  void bytesAfterABodyAreCorruption(String extension) throws IOException {
    for (Precision precision : List.of(Precision.BINARY, Precision.INT8)) {
      Map<String, byte[]> files =
          files(layout(new QuantizationConfig(precision).withRerank(RerankPrecision.FP16)));
      for (int count : new int[] {1, 64, 1000}) {
        expectDamageAtOpen(files, extension, file -> StoredFiles.withBytesAfterBody(file, count));
      }
    }
  }

  /** Damages each byte of the map of ordinals to documents in turn. */
  @Test
  void documentsOutOfBoundsAreCorruption() throws IOException {
    Map<String, byte[]> files = files(layout(new QuantizationConfig(Precision.INT8)));
    String codes = StoredFiles.named(files, "qvc");
    int map;
    try (Directory directory = new ByteBuffersDirectory()) {
      StoredFiles.write(files, directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        FieldLocations.Range range =
            IndexFixtures.values(reader.leaves().get(0)).field().stored().locations().codes();
        map = Math.toIntExact(range.offset() + range.length()) + 64;
      }
    }
    int footer = files.get(codes).length - CodecUtil.footerLength();
    assertTrue(footer > map + 100);
    int noticed = 0;
    for (int at = map; at < footer; at += 3) {
      int place = at;
      try (Directory directory =
              changed(
                  files,
                  "qvc",
                  file -> {
                    file[place] ^= (byte) 0xC0;
                    return StoredFiles.withChecksum(file);
                  });
          DirectoryReader reader = DirectoryReader.open(directory)) {
        try {
          IndexExercise.exercise(reader);
        } catch (CorruptIndexException e) {
          assertTrue(e.getMessage().contains("\"v\""), e::getMessage);
          noticed++;
        }
      }
    }
    // Damage of padding and of unused ranks is not detected.
    assertTrue(noticed > (footer - map) / 10, noticed + " of " + (footer - map) / 3);
  }

  @ParameterizedTest
  @EnumSource(RerankPrecision.class)
  void infiniteNumbersInARerankCopyAreCorruption(RerankPrecision copy) throws IOException {
    Layout layout = layout(new QuantizationConfig(Precision.INT8).withRerank(copy));
    if (copy != RerankPrecision.FP32) {
      layout = new Layout(layout.config(), VectorSimilarityFunction.COSINE, true, false);
    }
    Layout written = layout;
    Map<String, byte[]> files = files(layout);
    try (Directory directory =
        changed(
            files,
            "qvr",
            file -> {
              int start = (StoredFiles.headerLength(file) + 63) / 64 * 64;
              Arrays.fill(file, start, start + 4 * IndexExercise.DIMENSION, (byte) 0xFF);
              return StoredFiles.withChecksum(file);
            })) {
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        QuantizedFloatVectorValues values = IndexFixtures.values(reader.leaves().get(0));
        CorruptIndexException e =
            assertThrows(CorruptIndexException.class, () -> values.vectorValue(0));
        assertTrue(e.getMessage().contains("\"v\""), e::getMessage);
      }
      IndexExercise.add(directory, written, VECTORS, 500, 4);
      // The merge re-encodes for another precision and therefore reads the vectors.
      Layout other =
          new Layout(new QuantizationConfig(Precision.INT2), written.similarity(), true, false);
      assertThrows(CorruptIndexException.class, () -> IndexExercise.forceMerge(directory, other));
    }
  }

  /** Damages the links of a graph at random. */
  @Test
  void linksOutOfRangeAreCorruption() throws IOException {
    Layout layout = new Layout(new QuantizationConfig(Precision.INT8), EUCLIDEAN, true, true);
    Map<String, byte[]> files = files(layout);
    SplittableRandom random = new SplittableRandom(5);
    int noticed = 0;
    for (int i = 0; i < 20; i++) {
      try (Directory directory =
              changed(
                  files,
                  "vex",
                  file -> {
                    int start = StoredFiles.headerLength(file);
                    for (int at = start; at < file.length - CodecUtil.footerLength(); at++) {
                      if (random.nextInt(20) == 0) {
                        file[at] = (byte) random.nextInt();
                      }
                    }
                    return StoredFiles.withChecksum(file);
                  });
          DirectoryReader reader = DirectoryReader.open(directory)) {
        CorruptIndexException e =
            assertThrows(CorruptIndexException.class, () -> IndexExercise.exercise(reader));
        assertTrue(e.getMessage().contains(".vex"), e::getMessage);
        noticed++;
      }
    }
    assertEquals(20, noticed);
  }

  /** Metadata of two billion vectors with offsets in blocks of four would allocate gigabytes. */
  @ParameterizedTest
  @ValueSource(strings = {"qvm", "vem", "vemf"})
  void lengthsAreCheckedBeforeAllocation(String extension) throws IOException {
    Layout layout = layout(new QuantizationConfig(Precision.FP16));
    Map<String, byte[]> files = files(layout);
    int ofFloats = VECTORS - VECTORS / 5;
    int ofBytes = VECTORS - VECTORS / 3;
    int lucenesShift = 16;
    expectDamageAtOpen(
        files,
        extension,
        file -> {
          ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
          boolean counted = false;
          int end = file.length - CodecUtil.footerLength() - Integer.BYTES;
          for (int at = StoredFiles.headerLength(file); at < end; at++) {
            if (bytes.getInt(at) == ofFloats || bytes.getInt(at) == ofBytes) {
              bytes.putInt(at, Integer.MAX_VALUE);
              counted = true;
            } else if (counted && file[at] == lucenesShift) {
              file[at] = 2;
            }
          }
          assertTrue(counted);
          return StoredFiles.withChecksum(file);
        });
  }

  /** A segment with vectors of a field must have metadata of the field. */
  @Test
  void fieldWithoutMetadataIsCorruption() throws IOException {
    Layout layout = new Layout(new QuantizationConfig(Precision.INT8), EUCLIDEAN, false, false);
    try (Directory directory =
            changed(
                files(layout),
                "qvm",
                file -> {
                  // The flag for byte vectors precedes the footer.
                  file[file.length - CodecUtil.footerLength() - 1] = 0;
                  return StoredFiles.withChecksum(file);
                });
        DirectoryReader reader = DirectoryReader.open(directory)) {
      CorruptIndexException e =
          assertThrows(CorruptIndexException.class, () -> IndexExercise.exercise(reader));
      assertTrue(e.getMessage().contains("\"b\""), e::getMessage);
    }
  }

  @Test
  void undamagedGraphIsRead() throws IOException {
    Layout layout = new Layout(new QuantizationConfig(Precision.INT8), EUCLIDEAN, true, true);
    try (Directory directory = new ByteBuffersDirectory()) {
      StoredFiles.write(files(layout), directory);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexExercise.exercise(reader);
        assertTrue(StoredGraph.class.isInstance(IndexExercise.graph(reader.leaves().get(0), "v")));
      }
    }
  }
}
