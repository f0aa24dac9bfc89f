/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Files {@code *.gt.ibin}: little-endian int32 number of queries and k, then int32 ids and float32
 * similarities, one row per query, best first.
 *
 * @param ids the nearest vectors of each query
 * @param similarities the similarity of each nearest vector
 */
record TruthFile(int[][] ids, float[][] similarities) {

  /** Reads a whole file. */
  static TruthFile read(Path file) throws IOException {
    try (DataInputStream in = VectorFile.buffered(file)) {
      int queries = Integer.reverseBytes(in.readInt());
      int k = Integer.reverseBytes(in.readInt());
      int[][] ids = new int[queries][k];
      for (int[] row : ids) {
        for (int i = 0; i < k; i++) {
          row[i] = Integer.reverseBytes(in.readInt());
        }
      }
      float[][] similarities = new float[queries][k];
      for (float[] row : similarities) {
        for (int i = 0; i < k; i++) {
          row[i] = Float.intBitsToFloat(Integer.reverseBytes(in.readInt()));
        }
      }
      return new TruthFile(ids, similarities);
    }
  }
}
