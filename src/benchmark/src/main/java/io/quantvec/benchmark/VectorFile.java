/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files {@code *.f16bin}: little-endian int32 count and dimension, then IEEE half floats. */
final class VectorFile {

  private static final int BUFFER_BYTES = 1 << 20;

  private VectorFile() {}

  /**
   * Reads vectors from the file's start.
   *
   * @param max the largest number of vectors to read
   */
  static float[][] read(Path file, int max) throws IOException {
    try (DataInputStream in = open(file)) {
      int count = Math.min(max, Integer.reverseBytes(in.readInt()));
      int dimension = Integer.reverseBytes(in.readInt());
      float[][] vectors = new float[count][dimension];
      for (float[] vector : vectors) {
        for (int d = 0; d < dimension; d++) {
          vector[d] = Float.float16ToFloat(Short.reverseBytes(in.readShort()));
        }
      }
      return vectors;
    }
  }

  /** A buffered stream, as the files are read number by number. */
  static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
  }
}
