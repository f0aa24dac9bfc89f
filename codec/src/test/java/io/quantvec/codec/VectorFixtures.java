/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.config.Precision;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Creates vectors for tests of recall, and finds their exact neighbors. */
public final class VectorFixtures {

  private VectorFixtures() {}

  /** All precisions except the one that needs a budget. */
  public static List<Precision> namedPrecisions() {
    return Arrays.stream(Precision.values()).filter(p -> p != Precision.BITS).toList();
  }

  /** Vectors of independent normal components. */
  public static float[][] normal(int count, int dimension, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  /** Points around random centers, with variances that fall from dimension to dimension. */
  public static float[][] clustered(int count, int dimension, long seed) {
    Random centers = new Random(99);
    float[][] means = new float[50][dimension];
    for (float[] mean : means) {
      for (int d = 0; d < dimension; d++) {
        mean[d] = (float) (.5 + centers.nextGaussian());
      }
    }
    Random random = new Random(seed);
    float[][] vectors = new float[count][dimension];
    for (float[] vector : vectors) {
      float[] mean = means[random.nextInt(means.length)];
      for (int d = 0; d < dimension; d++) {
        double spread = 1.5 / (1 + 3.0 * d / dimension);
        vector[d] = (float) (mean[d] + spread * random.nextGaussian());
      }
    }
    return vectors;
  }

  /**
   * Vectors with other means and other directions than the clustered ones; the dimension must be
   * even.
   */
  public static float[][] foreign(int count, int dimension, long seed) {
    float[][] vectors = clustered(count, dimension, seed);
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d += 2) {
        float other = vector[d];
        vector[d] = 5 * vector[d + 1];
        vector[d + 1] = other / 5 - 4;
      }
    }
    return vectors;
  }

  /**
   * Reads up to a number of vectors from a file of count, dimension and half floats, all
   * little-endian.
   */
  public static float[][] readHalves(Path file, int max) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
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

  /** The ids of the k nearest vectors of each query, by exhaustive search, best first. */
  public static int[][] nearest(
      VectorSimilarityFunction similarity, float[][] vectors, float[][] queries, int k) {
    return Arrays.stream(queries)
        .parallel()
        .map(
            query -> {
              int[] best = new int[k];
              float[] scores = new float[k];
              int found = 0;
              for (int i = 0; i < vectors.length; i++) {
                float score = similarity.compare(query, vectors[i]);
                if (found == k && score <= scores[k - 1]) {
                  continue;
                }
                int place = found < k ? found++ : k - 1;
                for (; place > 0 && scores[place - 1] < score; place--) {
                  scores[place] = scores[place - 1];
                  best[place] = best[place - 1];
                }
                scores[place] = score;
                best[place] = i;
              }
              return Arrays.copyOf(best, found);
            })
        .toArray(int[][]::new);
  }
}
