/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.integ.node;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Random;

/**
 * Seeded vectors for pages of the manual. They resemble embeddings: they lie in clusters around a
 * common mean far from zero, and a few directions have far more variance than others.
 */
final class MadeVectors {

  private static final int CLUSTERS = 200;
  private static final int REFLECTIONS = 3;
  private static final double MEAN = 0.08;
  private static final double WITHIN = 0.6;

  private final int dimension;
  private final Random random = new Random(5);
  private final float[][] centers;
  private final float[][] mirrors;

  MadeVectors(int dimension) {
    this.dimension = dimension;
    this.centers = new float[CLUSTERS][];
    for (int i = 0; i < CLUSTERS; i++) {
      centers[i] = spread(1);
    }
    this.mirrors = new float[REFLECTIONS][dimension];
    for (float[] mirror : mirrors) {
      double squares = 0;
      for (int d = 0; d < dimension; d++) {
        mirror[d] = (float) random.nextGaussian();
        squares += mirror[d] * mirror[d];
      }
      for (int d = 0; d < dimension; d++) {
        mirror[d] /= (float) Math.sqrt(squares);
      }
    }
  }

  /** A Gaussian vector whose variances fall like those of embeddings' principal axes. */
  private float[] spread(double scale) {
    float[] vector = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      vector[d] = (float) (scale * random.nextGaussian() / Math.pow(1 + d, 0.4));
    }
    return vector;
  }

  /** Returns the next vector. */
  float[] next() {
    float[] vector = spread(WITHIN);
    float[] center = centers[random.nextInt(CLUSTERS)];
    for (int d = 0; d < dimension; d++) {
      vector[d] += center[d];
    }
    // Rotates, so that no coordinate axis is a principal axis.
    for (float[] mirror : mirrors) {
      double dot = 0;
      for (int d = 0; d < dimension; d++) {
        dot += vector[d] * mirror[d];
      }
      for (int d = 0; d < dimension; d++) {
        vector[d] -= (float) (2 * dot * mirror[d]);
      }
    }
    for (int d = 0; d < dimension; d++) {
      vector[d] += (float) MEAN;
    }
    return vector;
  }

  /**
   * The bulk request.
   *
   * @param first id of the first document
   */
  String bulk(String field, int first, int count) {
    StringBuilder bulk = new StringBuilder();
    for (int id = first; id < first + count; id++) {
      ByteBuffer bytes =
          ByteBuffer.allocate(Float.BYTES * dimension).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(next());
      bulk.append("{\"index\":{\"_id\":\"").append(id).append("\"}}\n{\"").append(field);
      bulk.append("\":\"").append(Base64.getEncoder().encodeToString(bytes.array()));
      bulk.append("\"}\n");
    }
    return bulk.toString();
  }
}
