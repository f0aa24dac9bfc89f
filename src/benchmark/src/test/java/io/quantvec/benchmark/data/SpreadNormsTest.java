/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;

/** Tests the data set for inner products that is derived from a data set for cosine. */
class SpreadNormsTest {

  private static final int DIMENSION = 24;
  private static final int VECTORS = 2_000;

  /** Not a multiple of the number of queries that share a pass over the vectors. */
  private static final int QUERIES = 37;

  private static float[][] vectors(int count, long seed) {
    Random random = new Random(seed);
    float[][] vectors = new float[count][DIMENSION];
    for (float[] vector : vectors) {
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }

  private static DataSet cosine(int count) {
    float[][] base = Arrays.copyOf(vectors(VECTORS, 1), count);
    base[7] = new float[DIMENSION];
    return new DataSet(
        "x",
        VectorSimilarityFunction.COSINE,
        Arrays.asList(base),
        vectors(QUERIES, 2),
        new double[QUERIES]);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (double) a[d] * b[d];
    }
    return sum;
  }

  @Test
  void directionsStayAndLengthsCoverADecade() {
    DataSet original = cosine(VECTORS);
    DataSet spread = SpreadNorms.of(original);
    assertEquals("x, inner product, norms 1 to 10", spread.name());
    assertEquals(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, spread.similarity());
    assertSame(original.queries(), spread.queries());
    assertArrayEquals(new float[DIMENSION], spread.base().get(7));
    int belowTheMiddle = 0;
    for (int id = 0; id < VECTORS; id++) {
      float[] vector = spread.base().get(id);
      double length = Math.sqrt(dot(vector, vector));
      if (id != 7) {
        assertTrue(length > 1 - 1e-6 && length < 10 + 1e-5, "length " + length);
        assertEquals(
            1,
            ExactSimilarity.of(VectorSimilarityFunction.COSINE, vector, original.base().get(id)),
            1e-6);
      }
      belowTheMiddle += length < Math.sqrt(10) ? 1 : 0;
    }
    // Five standard deviations of this number of coin flips are 112.
    assertEquals(VECTORS / 2.0, belowTheMiddle, 112);
  }

  @Test
  void aPartOfTheVectorsHasTheSameLengths() {
    List<float[]> all = SpreadNorms.of(cosine(VECTORS)).base();
    List<float[]> part = SpreadNorms.of(cosine(VECTORS / 2)).base();
    for (int id = 0; id < part.size(); id++) {
      assertArrayEquals(all.get(id), part.get(id));
    }
  }

  @Test
  void theTruthIsThatOfASortByInnerProduct() {
    DataSet spread = SpreadNorms.of(cosine(VECTORS));
    int[][] nearest =
        ExhaustiveSearch.nearest(
            spread.similarity(), spread.base(), spread.queries(), DataSet.K + 3);
    for (int q = 0; q < QUERIES; q++) {
      float[] query = spread.queries()[q];
      int[] sorted =
          IntStream.range(0, VECTORS)
              .boxed()
              .sorted(Comparator.comparingDouble(id -> -dot(query, spread.base().get(id))))
              .limit(DataSet.K + 3)
              .mapToInt(Integer::intValue)
              .toArray();
      assertArrayEquals(sorted, nearest[q]);
      assertEquals(dot(query, spread.base().get(sorted[DataSet.K - 1])), spread.thresholds()[q]);
    }
  }
}
