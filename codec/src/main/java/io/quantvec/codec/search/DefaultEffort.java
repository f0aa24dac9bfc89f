/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.search;

import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How far a graph is searched if the query does not set the effort. The search ends when the
 * nearest remaining candidate is farther from the query than {@link #STRETCH} times the {@code
 * neighbors}-th nearest vector found. A search for a query with clearly nearest neighbors ends
 * early, and a search for a query with many vectors at about the same distance takes longer:
 * Al-Jazzazi et al., "Distance Adaptive Beam Search for Provably Accurate Graph-Based Nearest
 * Neighbor Search" (2025).
 *
 * <p>A fixed ef is either too small for some data or too large for most queries:
 *
 * <table>
 * <caption>Recall of the ten nearest vectors and scored vectors per query</caption>
 * <tr><th>data</th><th>fixed ef</th><th>recall</th><th>scored</th><th>recall with this effort</th><th>scored, mean</th><th>scored, median</th></tr>
 * <tr><td>104,575 passages, 384 dimensions</td><td>120</td><td>0.98</td><td>1,640</td><td>0.993</td><td>2,568</td><td>1,553</td></tr>
 * <tr><td>100,000 words, 100 dimensions</td><td>600</td><td>0.98</td><td>6,900</td><td>0.983</td><td>4,669</td><td>3,865</td></tr>
 * </table>
 *
 * @param similarity the similarity function of the field
 * @param neighbors rank of the vector whose distance decides, at least 1
 * @param least minimum number of candidates, at least {@code neighbors}
 * @param most maximum number of candidates, at least {@code least}: the search ends no later than
 *     HNSW with this ef
 */
public record DefaultEffort(
    VectorSimilarityFunction similarity, int neighbors, int least, int most) {

  /**
   * Ratio of the distance at which a search ends to the distance of the {@code neighbors}-th
   * nearest vector; see the class comment for measurements.
   */
  static final double STRETCH = 1.12;

  /** The ef that a search is expected to need, used for planning before the search starts. */
  public static final int EXPECTED_EF = 100;

  /** The ef of searches that cannot adapt to distances: for inner products and nested vectors. */
  public static final int FIXED_EF = 150;

  /** The maximum ef, unless k needs more. */
  public static final int MOST_EF = 1_000;

  /**
   * Minimum of {@code neighbors}: the distances of fewer vectors carry too little information. A
   * search with 1 would end before it comes near to the query.
   */
  private static final int FEWEST_NEIGHBORS = 10;

  /**
   * Minimum of {@code least}: a search that has found fewer candidates may not have come near to
   * the query yet.
   */
  private static final int LEAST_EF = 20;

  /** Maximum ef per hit for large k: twice the number of hits. */
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
   * @param similarity the similarity function of the field
   * @param k number of hits to return, at least 1
   * @param rescored number of candidates that are rescored; 0 for none
   * @param most maximum number of candidates, see {@link #mostEf}
   */
  public static DefaultEffort of(
      VectorSimilarityFunction similarity, int k, int rescored, int most) {
    int neighbors = Math.max(k, FEWEST_NEIGHBORS);
    int least = Math.max(Math.max(neighbors, LEAST_EF), rescored);
    return new DefaultEffort(similarity, neighbors, least, Math.max(least, most));
  }

  /** The ef that the search is expected to need. */
  public int expected() {
    return Math.clamp(EXPECTED_EF, least, most);
  }

  /** Whether a search can adapt to distances, because they can be computed from scores. */
  public static boolean adaptsTo(VectorSimilarityFunction similarity) {
    return similarity != VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
  }

  /** The maximum ef of a search for k hits. */
  public static int mostEf(int k) {
    return Math.max(MOST_EF, MOST_FOR_ONE_NEIGHBOR * k);
  }

  /**
   * The score of a vector at {@link #STRETCH} times the distance of the {@code neighbors}-th
   * nearest vector.
   *
   * @param score score of that vector as Lucene defines it for the similarity; estimates may be
   *     slightly above 1
   * @return at most {@code score}
   */
  float bound(float score) {
    double stretch = STRETCH * STRETCH;
    return switch (similarity) {
      // The score is (1 + cosine) / 2, so 1 - score is a quarter of the squared distance.
      case COSINE, DOT_PRODUCT -> (float) Math.min(score, 1 - Math.max(0, 1 - score) * stretch);
      case EUCLIDEAN -> {
        double squaredDistance = Math.max(0, 1 / (double) score - 1);
        yield (float) Math.min(score, 1 / (1 + squaredDistance * stretch));
      }
      case MAXIMUM_INNER_PRODUCT -> Float.NEGATIVE_INFINITY;
    };
  }
}
