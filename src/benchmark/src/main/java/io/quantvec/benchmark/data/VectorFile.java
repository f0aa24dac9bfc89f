/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/** Files {@code *.f16bin}: little-endian int32 count and dimension, then IEEE half floats. */
final class VectorFile {

  /** Vectors that take more bytes as floats stay in their file. */
  static final long MAX_HEAP_BYTES = 512L << 20;

  private static final int BUFFER_BYTES = 1 << 20;
  private static final int HEADER_BYTES = 2 * Integer.BYTES;

  private VectorFile() {}

  /** A list that computes an element at each access. */
  private static final class Computed extends AbstractList<float[]> implements RandomAccess {

    private final int size;
    private final IntFunction<float[]> vectors;

    Computed(int size, IntFunction<float[]> vectors) {
      this.size = size;
      this.vectors = vectors;
    }

    @Override
    public float[] get(int id) {
      return vectors.apply(id);
    }

    @Override
    public int size() {
      return size;
    }
  }

  /**
   * Opens all vectors of a file. The heap holds vectors that take at most {@link #MAX_HEAP_BYTES}.
   * Otherwise each access decodes a vector from the mapped file, so that a heap that holds little
   * more than the writer's buffers suffices to index a million vectors.
   *
   * @return a list that any number of threads may read
   */
  static List<float[]> open(Path file) throws IOException {
    return open(file, MAX_HEAP_BYTES);
  }

  /**
   * Opens all vectors of a file, with another limit.
   *
   * @param maxHeapBytes the largest number of bytes of floats on the heap
   */
  static List<float[]> open(Path file, long maxHeapBytes) throws IOException {
    int count;
    int dimension;
    try (DataInputStream in = buffered(file)) {
      count = Integer.reverseBytes(in.readInt());
      dimension = Integer.reverseBytes(in.readInt());
    }
    if ((long) count * dimension * Float.BYTES <= maxHeapBytes) {
      return read(file, count);
    }
    // A buffer maps at most 2 GB.
    int perBuffer = Integer.MAX_VALUE / (dimension * Short.BYTES);
    List<ShortBuffer> buffers = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file)) {
      for (int from = 0; from < count; from += perBuffer) {
        int vectors = Math.min(perBuffer, count - from);
        long start = HEADER_BYTES + (long) from * dimension * Short.BYTES;
        long bytes = (long) vectors * dimension * Short.BYTES;
        MappedByteBuffer mapped = channel.map(MapMode.READ_ONLY, start, bytes);
        buffers.add(mapped.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer());
      }
    }
    return new Computed(
        count, id -> decode(buffers.get(id / perBuffer), id % perBuffer, dimension));
  }

  private static float[] decode(ShortBuffer halves, int id, int dimension) {
    float[] vector = new float[dimension];
    int start = id * dimension;
    for (int d = 0; d < dimension; d++) {
      vector[d] = Float.float16ToFloat(halves.get(start + d));
    }
    return vector;
  }

  /**
   * Derives vectors from others.
   *
   * @param vectors on the heap or in a file
   * @param change returns the derived vector
   * @return a list on the heap if the vectors take at most {@link #MAX_HEAP_BYTES}, otherwise a
   *     list that computes a vector at each access
   */
  static List<float[]> changed(List<float[]> vectors, UnaryOperator<float[]> change) {
    long bytes =
        vectors.isEmpty() ? 0 : (long) vectors.size() * vectors.get(0).length * Float.BYTES;
    return bytes <= MAX_HEAP_BYTES
        ? new ArrayList<>(vectors.stream().map(change).toList())
        : new Computed(vectors.size(), id -> change.apply(vectors.get(id)));
  }

  /**
   * Reads vectors from the start of a file.
   *
   * @param max the largest number of vectors to read
   */
  static List<float[]> read(Path file, int max) throws IOException {
    try (DataInputStream in = buffered(file)) {
      int count = Math.min(max, Integer.reverseBytes(in.readInt()));
      int dimension = Integer.reverseBytes(in.readInt());
      List<float[]> vectors = new ArrayList<>(count);
      for (int id = 0; id < count; id++) {
        float[] vector = new float[dimension];
        for (int d = 0; d < dimension; d++) {
          vector[d] = Float.float16ToFloat(Short.reverseBytes(in.readShort()));
        }
        vectors.add(vector);
      }
      return vectors;
    }
  }

  /** Opens one buffered stream, because readers read one number at a time. */
  static DataInputStream buffered(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
  }
}
