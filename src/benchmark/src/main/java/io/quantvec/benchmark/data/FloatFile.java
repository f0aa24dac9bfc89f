/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file in which one process hands vectors to another: count and dimension, then floats. */
public final class FloatFile {

  private FloatFile() {}

  public static void write(Path file, float[][] vectors) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(vectors.length);
      out.writeInt(vectors[0].length);
      for (float[] vector : vectors) {
        for (float value : vector) {
          out.writeFloat(value);
        }
      }
    }
  }

  public static float[][] read(Path file) throws IOException {
    try (DataInputStream in = VectorFile.buffered(file)) {
      float[][] vectors = new float[in.readInt()][];
      int dimension = in.readInt();
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = new float[dimension];
        for (int d = 0; d < dimension; d++) {
          vectors[i][d] = in.readFloat();
        }
      }
      return vectors;
    }
  }
}
