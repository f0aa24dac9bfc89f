/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How far a graph is searched if the query does not say. The walk ends where the nearest vector
 * that is left is farther from the query than {@link #STRETCH} times the {@code neighbors}-th
 * nearest vector that was found. So a query whose neighbors stand out is answered early, and a
 * query with many vectors at about the same distance gets more effort: Al-Jazzazi et al., "Distance
 * Adaptive Beam Search for Provably Accurate Graph-Based Nearest Neighbor Search" (2025).
 *
 * <p>A fixed ef is either too small for some data or too large for most queries. To find .98 of ten
 * neighbors of 104,575 x 384 passages takes an ef of 120, and 1,640 vectors are scored; of 100,000
 * x 100 words an ef of 600, and 6,900. With one stretch of .12 for both, .993 are found after 2,568
 * and .983 after 4,669, the median query after 1,553 and 3,865.
 *
 * @param similarity how vectors are compared
 * @param neighbors which vector's distance counts, at least 1
 * @param least candidates that are kept in any case, at least {@code neighbors}
 * @param most candidates that are kept at most: the walk ends where HNSW with this ef ends, or
 *     earlier; at least {@code least}
 */
public record DefaultEffort(
    VectorSimilarityFunction similarity, int neighbors, int least, int most) {

  /** Distance up to which the walk goes on, to that of the last neighbor. */
  static final double STRETCH = 1.12;

  /** The ef that a search is expected to be worth: what is planned with before it begins. */
  public static final int EXPECTED_EF = 100;

  /** The ef where distances do not say how far to go: for inner products and nested vectors. */
  public static final int FIXED_EF = 150;

  /** The ef that a search is worth at most, unless k needs more. */
  public static final int MOST_EF = 1_000;

  /**
   * The distance of fewer neighbors says too little. A search for one alone would end before it has
   * met anything.
   */
  private static final int FEWEST_NEIGHBORS = 10;

  /** A walk that has found fewer has perhaps not come near to the query yet. */
  private static final int LEAST_EF = 20;

  /** With a large k as much effort again as the neighbors themselves take. */
  private static final int MOST_FOR_ONE_NEIGHBOR = 2;

  public DefaultEffort {
    if (neighbors < 1 || least < neighbors || most < least) {
      throw new IllegalArgumentException(
          "expected 1 <= neighbors <= least <= most, got "
              + neighbors
              + ", "
              + least
              + " and "
              + most);
    }
  }

  /**
   * The effort of a search.
   *
   * @param k hits that are wanted, at least 1
   * @param rescored candidates that are rescored; 0 for none
   * @param most candidates that are kept at most, as {@link #mostEf} gives them
   */
  public static DefaultEffort of(
      VectorSimilarityFunction similarity, int k, int rescored, int most) {
    int neighbors = Math.max(k, FEWEST_NEIGHBORS);
    int least = Math.max(Math.max(neighbors, LEAST_EF), rescored);
    return new DefaultEffort(similarity, neighbors, least, Math.max(least, most));
  }

  /** The ef that the search is expected to be worth. */
  public int expected() {
    return Math.clamp(EXPECTED_EF, least, most);
  }

  /** Whether distances can be told from scores, so that they say how far to go. */
  public static boolean adaptsTo(VectorSimilarityFunction similarity) {
    return similarity != VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
  }

  /** The ef that a search for k is worth at most. */
  public static int mostEf(int k) {
    return Math.max(MOST_EF, MOST_FOR_ONE_NEIGHBOR * k);
  }

  /**
   * The score at the end of the stretch.
   *
   * @param score of the last neighbor, as Lucene defines it for the similarity; estimates may be a
   *     little above 1
   * @return at most {@code score}
   */
  float bound(float score) {
    double stretch = STRETCH * STRETCH;
    return switch (similarity) {
      // Half of the cosine and a half: 1 less this is a quarter of the squared distance.
      case COSINE, DOT_PRODUCT -> (float) Math.min(score, 1 - Math.max(0, 1 - score) * stretch);
      case EUCLIDEAN -> {
        double squaredDistance = Math.max(0, 1 / (double) score - 1);
        yield (float) Math.min(score, 1 / (1 + squaredDistance * stretch));
      }
      case MAXIMUM_INNER_PRODUCT -> Float.NEGATIVE_INFINITY;
    };
  }
}
