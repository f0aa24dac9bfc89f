/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Derives a data set for inner products from a data set for cosine. Vectors keep their directions
 * and get lengths from 1 to 10, whose logarithms are spread evenly. Queries do not change. Lengths
 * are pseudo-random and the same in each run.
 */
public final class SpreadNorms {

  private static final double SHORTEST = 1;
  private static final double LONGEST = 10;
  private static final long SEED = 10;
  private static final String SUFFIX = ", inner product, norms 1 to 10";

  private SpreadNorms() {}

  /** Returns the name of the data set that is derived from the data set of the given name. */
  public static String name(String original) {
    return original + SUFFIX;
  }

  /** Returns the name of the data set from which the data set of the given name is derived. */
  public static String original(String name) {
    return name.substring(0, name.length() - SUFFIX.length());
  }

  /** Derives the data set and searches for the true neighbors. */
  public static DataSet of(DataSet original) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<float[]> base = new ArrayList<>(original.base().size());
    for (float[] vector : original.base()) {
      double length = SHORTEST * Math.pow(LONGEST / SHORTEST, random.nextDouble());
      base.add(ofLength(vector, length));
    }
    VectorSimilarityFunction similarity = VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
    int[][] nearest = ExhaustiveSearch.nearest(similarity, base, original.queries(), DataSet.K);
    return DataSet.of(name(original.name()), similarity, base, original.queries(), nearest);
  }

  /** Scales a vector to a length. A vector of length zero has no direction and does not change. */
  private static float[] ofLength(float[] vector, double length) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double factor = squares == 0 ? 0 : length / Math.sqrt(squares);
    float[] scaled = new float[vector.length];
    for (int d = 0; d < vector.length; d++) {
      scaled[d] = (float) (vector[d] * factor);
    }
    return scaled;
  }
}
