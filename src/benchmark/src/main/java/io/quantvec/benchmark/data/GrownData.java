/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * A data set with more vectors than its files have: the others are copies that noise moves about,
 * the same each time.
 */
public final class GrownData {

  /** Length of the noise to that of its vector; a copy of a unit vector has a cosine of .89. */
  private static final double NOISE = .5;

  private GrownData() {}

  /**
   * The same data, and copies if there are too few.
   *
   * @param data of unit vectors if its similarity is the dot product; so are the copies
   * @param vectors wanted
   */
  public static DataSet of(DataSet data, int vectors) {
    if (vectors <= data.base().size()) {
      return data;
    }
    List<float[]> base = grown(data.base(), data.similarity(), vectors);
    int[][] nearest = ExhaustiveSearch.nearest(data.similarity(), base, data.queries(), DataSet.K);
    return DataSet.of(data.name(), data.similarity(), base, data.queries(), nearest);
  }

  /** So many vectors, the first of which are the given ones. */
  public static List<float[]> grown(
      List<float[]> vectors, VectorSimilarityFunction similarity, int count) {
    List<float[]> grown = new ArrayList<>(vectors);
    for (int id = vectors.size(); id < count; id++) {
      float[] copy = moved(vectors.get(id % vectors.size()), new SplittableRandom(id));
      if (similarity == VectorSimilarityFunction.DOT_PRODUCT) {
        VectorUtil.l2normalize(copy);
      }
      grown.add(copy);
    }
    return grown;
  }

  private static float[] moved(float[] vector, SplittableRandom random) {
    double length = Math.sqrt(VectorUtil.dotProduct(vector, vector) / vector.length);
    float[] moved = new float[vector.length];
    for (int d = 0; d < moved.length; d++) {
      moved[d] = (float) (vector[d] + NOISE * length * random.nextGaussian());
    }
    return moved;
  }
}
