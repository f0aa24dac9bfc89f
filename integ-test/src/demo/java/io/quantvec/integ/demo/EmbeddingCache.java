/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Keeps vectors between runs, one file for each model and list of texts.
 *
 * <p>A file has the vectors as little-endian floats and a checksum. It gets its name only when it
 * is complete, and a damaged file counts as absent.
 */
public final class EmbeddingCache {

  private static final int MAX_BYTES = Integer.MAX_VALUE - Long.BYTES - 64;

  private final Path folder;

  /** Creates a cache in a folder, which need not exist. */
  public EmbeddingCache(Path folder) {
    this.folder = folder;
  }

  /** Returns the file for the vectors of these texts, which need not exist. */
  public Path file(String model, List<String> texts) {
    return folder.resolve(
        String.format(Locale.ROOT, "%s-%d-%s.vectors", model, texts.size(), digest(texts)));
  }

  private static String digest(List<String> texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Returns the vectors in a file, if the file exists and is complete. */
  public Optional<float[][]> load(Path file, int count, int dimension) {
    ByteBuffer bytes;
    try {
      bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      System.err.println("  The cached embeddings cannot be read, computing them again: " + e);
      return Optional.empty();
    }
    int payload = payloadBytes(count, dimension);
    if (bytes.capacity() != payload + Long.BYTES
        || bytes.getLong(payload) != checksum(bytes, payload)) {
      System.err.println("  The cached embeddings are damaged, computing them again: " + file);
      return Optional.empty();
    }
    FloatBuffer floats = bytes.limit(payload).asFloatBuffer();
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      floats.get(vector);
    }
    return Optional.of(vectors);
  }

  /**
   * Writes vectors to a file. A failure does not end the demo: it is printed, and the next run
   * computes the vectors again.
   */
  public void store(Path file, float[][] vectors, int dimension) {
    int payload = payloadBytes(vectors.length, dimension);
    ByteBuffer bytes = ByteBuffer.allocate(payload + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] vector : vectors) {
      bytes.asFloatBuffer().put(vector);
      bytes.position(bytes.position() + dimension * Float.BYTES);
    }
    bytes.putLong(checksum(bytes, payload));
    try {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempFile(folder, file.getFileName().toString(), ".part");
      try {
        Files.write(unfinished, bytes.array());
        Files.move(
            unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      System.err.println("  The embeddings cannot be cached: " + e);
    }
  }

  private static int payloadBytes(int count, int dimension) {
    long bytes = (long) count * dimension * Float.BYTES;
    if (bytes > MAX_BYTES) {
      throw new DemoFailure(count + " vectors do not fit into one cache file");
    }
    return (int) bytes;
  }

  private static long checksum(ByteBuffer bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.array(), 0, length);
    return checksum.getValue();
  }
}
