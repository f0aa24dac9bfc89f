/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * Vectors, queries, and the cosine that a vector needs to count as one of a query's nearest.
 *
 * @param base the vectors; the id of a vector is its position
 * @param queries the queries
 * @param thresholds for each query the cosine of its {@link #K}th nearest vector
 */
record RecallData(float[][] base, float[][] queries, double[] thresholds) {

  static final int K = 10;

  /** Relative tolerance: the sums of duplicates may differ in the last bits. */
  private static final double TOLERANCE = 1e-6;

  /** Reads files of vectors, queries and nearest neighbors from a folder. */
  static RecallData read(Path folder, String name, int maxQueries) throws IOException {
    float[][] base = vectors(folder.resolve(name + ".base.f16bin"), Integer.MAX_VALUE);
    float[][] queries = vectors(folder.resolve(name + ".query.f16bin"), maxQueries);
    double[] thresholds = new double[queries.length];
    try (DataInputStream in = open(folder.resolve(name + ".gt.ibin"))) {
      in.readInt();
      int k = Integer.reverseBytes(in.readInt());
      for (int q = 0; q < queries.length; q++) {
        thresholds[q] = Double.POSITIVE_INFINITY;
        for (int i = 0; i < k; i++) {
          int id = Integer.reverseBytes(in.readInt());
          if (i < K) {
            thresholds[q] = Math.min(thresholds[q], cosine(queries[q], base[id]));
          }
        }
      }
    }
    return new RecallData(base, queries, thresholds);
  }

  private static DataInputStream open(Path file) throws IOException {
    return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20));
  }

  private static float[][] vectors(Path file, int max) throws IOException {
    try (DataInputStream in = open(file)) {
      float[][] vectors = new float[Math.min(max, Integer.reverseBytes(in.readInt()))][];
      int dimension = Integer.reverseBytes(in.readInt());
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = new float[dimension];
        for (int d = 0; d < dimension; d++) {
          vectors[i][d] = Float.float16ToFloat(Short.reverseBytes(in.readShort()));
        }
      }
      return vectors;
    }
  }

  /** Returns vectors in clusters, similar to embeddings. */
  static RecallData random(int vectors, int queries, int dimension) {
    Random random = new Random(1);
    float[][] centers = new float[16][];
    for (int c = 0; c < centers.length; c++) {
      centers[c] = gaussian(random, new float[dimension], 1);
    }
    float[][] all = new float[vectors + queries][];
    for (int i = 0; i < all.length; i++) {
      all[i] = gaussian(random, centers[random.nextInt(centers.length)], .7);
    }
    float[][] base = Arrays.copyOf(all, vectors);
    float[][] asked = Arrays.copyOfRange(all, vectors, all.length);
    double[] thresholds = new double[queries];
    for (int q = 0; q < queries; q++) {
      float[] query = asked[q];
      double[] cosines = Arrays.stream(base).mapToDouble(v -> cosine(query, v)).sorted().toArray();
      thresholds[q] = cosines[vectors - K];
    }
    return new RecallData(base, asked, thresholds);
  }

  private static float[] gaussian(Random random, float[] center, double deviation) {
    float[] vector = center.clone();
    for (int d = 0; d < vector.length; d++) {
      vector[d] += (float) (deviation * random.nextGaussian());
    }
    return vector;
  }

  int dimension() {
    return base[0].length;
  }

  /** Returns whether a vector is one of a query's nearest. Of equal vectors any counts. */
  boolean isNearest(int query, int id) {
    return cosine(queries[query], base[id]) >= thresholds[query] - TOLERANCE;
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int d = 0; d < a.length; d++) {
      dot += (double) a[d] * b[d];
      aa += (double) a[d] * a[d];
      bb += (double) b[d] * b[d];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
