/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.quantvec.codec.VectorFixtures;
import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationFixtures;
import io.quantvec.codec.encode.BitPlanes;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayout.Kind;
import io.quantvec.codec.encode.CorrectionTerms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;

/** A query is transformed for the first of many segments of one calibration. */
class QueryCacheTest {

  private static final int DIMENSION = 40;

  private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;

  private static Calibration calibration(long seed) {
    return CalibrationFixtures.mixed(
        2, new ArrayList<>(List.of(VectorFixtures.normal(300, DIMENSION, seed))));
  }

  @Test
  void equalQueriesAreTransformedOnce() {
    Calibration calibration = calibration(1);
    QueryCache cache = QueryCache.of(calibration);
    assertSame(cache, QueryCache.of(calibration));
    float[] query = VectorFixtures.normal(1, DIMENSION, 2)[0];
    TransformedQuery transformed = cache.get(calibration, query, COSINE);
    assertSame(transformed, cache.get(calibration, query, COSINE));
    assertSame(transformed, cache.get(calibration, query.clone(), COSINE));
    TransformedQuery plain = TransformedQuery.of(calibration, query, COSINE);
    assertArrayEquals(plain.direction(), transformed.direction());
    assertEquals(plain.length(), transformed.length());
    assertEquals(plain.term(), transformed.term());
  }

  @Test
  void otherSimilaritiesAndCalibrationsAreTransformedSeparately() {
    Calibration calibration = calibration(1);
    float[] query = VectorFixtures.normal(1, DIMENSION, 2)[0];
    for (VectorSimilarityFunction similarity : VectorSimilarityFunction.values()) {
      TransformedQuery expected = TransformedQuery.of(calibration, query, similarity);
      TransformedQuery found = QueryCache.of(calibration).get(calibration, query, similarity);
      assertEquals(expected.term(), found.term());
      assertArrayEquals(expected.direction(), found.direction());
    }
    Calibration other = calibration(3);
    assertNotSame(QueryCache.of(calibration), QueryCache.of(other));
    assertArrayEquals(
        TransformedQuery.of(other, query, COSINE).direction(),
        QueryCache.of(other).get(other, query, COSINE).direction());
  }

  @Test
  void callersCanChangeTheirArrays() {
    Calibration calibration = calibration(1);
    QueryCache cache = QueryCache.of(calibration);
    float[] query = VectorFixtures.normal(1, DIMENSION, 2)[0];
    TransformedQuery before = cache.get(calibration, query, COSINE);
    float[] original = query.clone();
    query[3] += 1;
    TransformedQuery after = cache.get(calibration, query, COSINE);
    assertNotSame(before, after);
    assertArrayEquals(
        TransformedQuery.of(calibration, query, COSINE).direction(), after.direction());
    assertArrayEquals(
        TransformedQuery.of(calibration, original, COSINE).direction(),
        cache.get(calibration, original, COSINE).direction());
  }

  /** Queries with zeros of both signs, and with the same numbers in another order. */
  @Test
  void similarQueriesAreDistinguished() {
    Calibration calibration = calibration(1);
    QueryCache cache = QueryCache.of(calibration);
    float[] query = VectorFixtures.normal(1, DIMENSION, 2)[0];
    float[] reversed = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      reversed[d] = query[DIMENSION - 1 - d];
    }
    for (float[] each : new float[][] {query, reversed, query}) {
      assertArrayEquals(
          TransformedQuery.of(calibration, each, COSINE).direction(),
          cache.get(calibration, each, COSINE).direction());
    }
  }

  @Test
  void scorersOfAllSegmentsUseTheCachedQuery() throws IOException {
    Calibration calibration = calibration(1);
    CodeLayout layout =
        new CodeLayout(
            Kind.PLANES, DIMENSION, new BitPlanes(calibration).bytes(), CorrectionTerms.SHORTS);
    CalibratedSpace space = new CalibratedSpace(layout, calibration);
    float[] query = VectorFixtures.normal(1, DIMENSION, 5)[0];
    CodeScorer.of(space, COSINE, null, QueryPrecision.FULL.roundingFor(space)).setQuery(query);
    TransformedQuery transformed = QueryCache.of(calibration).get(calibration, query, COSINE);
    CodeScorer.of(space, COSINE, null, QueryPrecision.FULL.roundingFor(space))
        .setQuery(query.clone());
    assertSame(transformed, QueryCache.of(calibration).get(calibration, query, COSINE));
  }

  @Test
  void manyThreadsGetTheirOwnQueries() throws Exception {
    Calibration calibration = calibration(1);
    float[][] queries = VectorFixtures.normal(40, DIMENSION, 6);
    List<TransformedQuery> expected = new ArrayList<>();
    for (float[] query : queries) {
      expected.add(TransformedQuery.of(calibration, query, COSINE));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int seed = thread;
        running.add(
            threads.submit(
                () -> {
                  Random random = new Random(seed);
                  for (int i = 0; i < 3_000; i++) {
                    int q = random.nextInt(queries.length);
                    TransformedQuery found =
                        QueryCache.of(calibration).get(calibration, queries[q], COSINE);
                    assertArrayEquals(expected.get(q).direction(), found.direction());
                    assertEquals(expected.get(q).term(), found.term());
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
