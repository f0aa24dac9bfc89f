/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.file.DataFile;
import io.quantvec.codec.file.FlatFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A segment of a newer version of the format is reported as newer, not as corrupt, and is not
 * changed.
 */
class NewerFormatTest {

  private static final int CURRENT = FlatFiles.VERSION_CURRENT;

  /** Prefix of the codec names in this format's headers. */
  private static final String OURS = FlatFiles.codecName("");

  @TempDir Path folder;

  @Test
  void everyNewerFileIsReportedAsNewer() throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.INT4);
    try (Directory directory = IndexFixtures.directory(folder)) {
      IndexFixtures.addSegment(
          directory,
          IndexFixtures.config(IndexFixtures.hnsw(config)),
          VectorSimilarityFunction.EUCLIDEAN,
          0,
          VectorFixtures.clustered(50, 8, 5));
      Set<String> extensions = new TreeSet<>();
      for (Map.Entry<String, byte[]> file : StoredFiles.read(directory).entrySet()) {
        String codec = StoredFiles.codecName(file.getValue());
        if (codec != null && codec.startsWith(OURS)) {
          extensions.add(StoredFiles.extension(file.getKey()));
          newerFileIsReportedAsNewer(directory, file.getKey(), file.getValue());
        }
      }
      // Every file of the format must have this header, including future files.
      Set<String> all = new TreeSet<>(Set.of(FlatFiles.META_EXTENSION));
      for (DataFile file : DataFile.values()) {
        all.add(file.extension());
      }
      assertEquals(all, extensions);
    }
  }

  private void newerFileIsReportedAsNewer(Directory directory, String name, byte[] ours)
      throws IOException {
    Path file = folder.resolve(name);
    assertEquals(CURRENT, StoredFiles.version(ours), name);
    byte[] newer = StoredFiles.withVersion(ours, CURRENT + 1);
    Files.write(file, newer);

    IndexFormatTooNewException e =
        assertThrows(IndexFormatTooNewException.class, () -> DirectoryReader.open(directory));
    assertEquals(CURRENT + 1, e.getVersion());
    assertEquals(CURRENT, e.getMaxVersion());
    assertTrue(e.getMessage().contains(name), e::getMessage);

    // The newer version must find its files unchanged.
    assertEquals(ByteBuffer.wrap(newer), ByteBuffer.wrap(Files.readAllBytes(file)));
    Files.write(file, ours);
    IndexFixtures.expectClean(directory);
  }
}
