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
 * A data set with more vectors than its files. Each additional vector is a copy of a given vector
 * plus noise. The noise is the same in each run.
 */
public final class GrownData {

  /**
   * Length of the noise relative to the vector. A copy of a unit vector has a cosine of .89 to it.
   */
  private static final double NOISE = .5;

  private GrownData() {}

  /**
   * Returns the data with copies added until there are enough vectors.
   *
   * @param data unit vectors if the similarity is the dot product; the copies are then unit
   *     vectors, too
   * @param vectors the number of vectors to return
   */
  public static DataSet of(DataSet data, int vectors) {
    if (vectors <= data.base().size()) {
      return data;
    }
    List<float[]> base = grown(data.base(), data.similarity(), vectors);
    int[][] nearest = ExhaustiveSearch.nearest(data.similarity(), base, data.queries(), DataSet.K);
    return DataSet.of(data.name(), data.similarity(), base, data.queries(), nearest);
  }

  /** Returns the given number of vectors, starting with the given ones. */
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
