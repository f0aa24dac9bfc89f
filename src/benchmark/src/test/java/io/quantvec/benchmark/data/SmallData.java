/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Files of a data set of normally distributed vectors, the same in each run. */
public final class SmallData {

  private SmallData() {}

  /** Writes a data set with the name {@code tiny}. */
  public static void write(
      Path folder, VectorSimilarityFunction similarity, float[][] base, float[][] queries)
      throws IOException {
    writeHalves(folder.resolve("tiny.base.f16bin"), base);
    writeHalves(folder.resolve("tiny.query.f16bin"), queries);
    int k = DataSet.K;
    int[][] nearest = ExhaustiveSearch.nearest(similarity, Arrays.asList(base), queries, k);
    ByteBuffer bytes = buffer(2 * Integer.BYTES + 2 * queries.length * k * Integer.BYTES);
    bytes.putInt(queries.length).putInt(k);
    for (int[] row : nearest) {
      for (int id : row) {
        bytes.putInt(id);
      }
    }
    for (int q = 0; q < queries.length; q++) {
      for (int id : nearest[q]) {
        bytes.putFloat((float) ExactSimilarity.of(similarity, queries[q], base[id]));
      }
    }
    Files.write(folder.resolve("tiny.gt.ibin"), bytes.array());
  }

  /** Returns vectors of half floats. */
  public static float[][] vectors(int count, int dimension, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        // The files hold half floats, so the ground truth must be computed from half floats.
        vector[d] = Float.float16ToFloat(Float.floatToFloat16((float) random.nextGaussian()));
      }
    }
    return vectors;
  }

  private static void writeHalves(Path file, float[][] vectors) throws IOException {
    ByteBuffer bytes = buffer(2 * Integer.BYTES + vectors.length * vectors[0].length * Short.BYTES);
    bytes.putInt(vectors.length).putInt(vectors[0].length);
    for (float[] vector : vectors) {
      for (float value : vector) {
        bytes.putShort(Float.floatToFloat16(value));
      }
    }
    Files.write(file, bytes.array());
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
