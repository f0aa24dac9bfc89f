/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.StringHelper;

/** Reads, damages and writes the bytes of an index's files. */
public final class StoredFiles {

  private StoredFiles() {}

  /** The names of all files except the lock. */
  public static Set<String> names(Directory directory) throws IOException {
    Set<String> names = new TreeSet<>(List.of(directory.listAll()));
    names.remove(IndexWriter.WRITE_LOCK_NAME);
    return names;
  }

  /** All files except the lock, ordered by name. */
  public static Map<String, byte[]> read(Directory directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : names(directory)) {
      try (IndexInput in = directory.openInput(name, IOContext.READONCE)) {
        byte[] bytes = new byte[Math.toIntExact(in.length())];
        in.readBytes(bytes, 0, bytes.length);
        files.put(name, bytes);
      }
    }
    return files;
  }

  /** Writes files into an empty directory. */
  public static void write(Map<String, byte[]> files, Directory directory) throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      try (IndexOutput out = directory.createOutput(file.getKey(), IOContext.DEFAULT)) {
        out.writeBytes(file.getValue(), file.getValue().length);
      }
    }
  }

  public static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** The only file with an extension. */
  public static String named(Map<String, byte[]> files, String extension) {
    var found = files.keySet().stream().filter(f -> extension(f).equals(extension)).toList();
    assertEquals(1, found.size(), () -> extension + " among " + files.keySet());
    return found.get(0);
  }

  /** The codec name in the file's header; null without a header. */
  public static String codecName(byte[] file) {
    if (file.length < 2 * Integer.BYTES
        || ByteBuffer.wrap(file).getInt(0) != CodecUtil.CODEC_MAGIC) {
      return null;
    }
    return new String(file, Integer.BYTES + 1, file[Integer.BYTES], StandardCharsets.UTF_8);
  }

  /** Offset of the version: after the magic number and the codec name with its length. */
  private static int versionPosition(byte[] file) {
    return Integer.BYTES + 1 + file[Integer.BYTES];
  }

  public static int version(byte[] file) {
    return ByteBuffer.wrap(file).getInt(versionPosition(file));
  }

  /** The file with another version in its header. */
  public static byte[] withVersion(byte[] file, int version) {
    byte[] changed = file.clone();
    ByteBuffer.wrap(changed).putInt(versionPosition(file), version);
    return withChecksum(changed);
  }

  /** Length of the header in bytes: the segment's id and a suffix follow the version. */
  public static int headerLength(byte[] file) {
    int suffix = versionPosition(file) + Integer.BYTES + StringHelper.ID_LENGTH;
    return suffix + 1 + (file[suffix] & 0xFF);
  }

  /** The file with a matching checksum. */
  public static byte[] withChecksum(byte[] file) {
    byte[] changed = file.clone();
    ByteBuffer bytes = ByteBuffer.wrap(changed);
    int footer = changed.length - CodecUtil.footerLength();
    bytes.putInt(footer, CodecUtil.FOOTER_MAGIC);
    bytes.putInt(footer + Integer.BYTES, 0);
    CRC32 checksum = new CRC32();
    checksum.update(changed, 0, changed.length - Long.BYTES);
    bytes.putLong(changed.length - Long.BYTES, checksum.getValue());
    return changed;
  }

  /** The file with additional bytes between its body and its footer, and a matching checksum. */
  public static byte[] withBytesAfterBody(byte[] file, int count) {
    byte[] changed = Arrays.copyOf(file, file.length + count);
    return withChecksum(changed);
  }
}
