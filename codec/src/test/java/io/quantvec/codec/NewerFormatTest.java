/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A segment of a later version of the format is called that, not damaged, and is left as it is. */
class NewerFormatTest {

  private static final int NEWER = QuantizedFlatVectorsFormat.VERSION_CURRENT + 1;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"qvm", "qvk", "qvc", "qvr"})
  void isNamedAsNewer(String extension) throws IOException {
    QuantizationConfig config = new QuantizationConfig(Precision.INT4);
    try (Directory directory = TestIndexes.directory(folder)) {
      TestIndexes.addSegment(
          directory,
          TestIndexes.config(TestIndexes.hnsw(config)),
          VectorSimilarityFunction.EUCLIDEAN,
          0,
          TestVectors.clustered(50, 8, 5));
      Path file = file(extension);
      byte[] ours = Files.readAllBytes(file);
      byte[] newer = withVersion(ours, NEWER);
      Files.write(file, newer);

      IndexFormatTooNewException e =
          assertThrows(IndexFormatTooNewException.class, () -> DirectoryReader.open(directory));
      assertEquals(NEWER, e.getVersion());
      assertEquals(QuantizedFlatVectorsFormat.VERSION_CURRENT, e.getMaxVersion());
      assertTrue(e.getMessage().contains(file.getFileName().toString()), e::getMessage);

      // The node of the later version finds what it left.
      assertEquals(ByteBuffer.wrap(newer), ByteBuffer.wrap(Files.readAllBytes(file)));
      Files.write(file, ours);
      TestIndexes.expectClean(directory);
    }
  }

  private Path file(String extension) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().endsWith("." + extension)).toList();
      assertEquals(1, found.size(), found::toString);
      return found.get(0);
    }
  }

  /** The file as if another version of the format had written it, with a true checksum. */
  private static byte[] withVersion(byte[] file, int version) {
    byte[] changed = file.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    assertEquals(CodecUtil.CODEC_MAGIC, bytes.getInt(0));
    // The magic number, then the codec's name behind its length.
    int position = Integer.BYTES + 1 + changed[Integer.BYTES];
    assertEquals(QuantizedFlatVectorsFormat.VERSION_CURRENT, bytes.getInt(position));
    bytes.putInt(position, version);
    CRC32 checksum = new CRC32();
    checksum.update(changed, 0, changed.length - Long.BYTES);
    bytes.putLong(changed.length - Long.BYTES, checksum.getValue());
    return changed;
  }
}
