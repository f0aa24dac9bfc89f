/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Reach;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.opensearch.OpenSearchException;
import org.opensearch.action.search.SearchPhaseExecutionException;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.query.RangeQueryBuilder;
import org.opensearch.search.SearchHit;

/** Tests that a search within a score finds exactly what a scan of the rerank copies finds. */
public class RadialSearchTests extends VectorIndexTestCase {

  private static final int COUNT = 600;

  /** The score of every document by its rerank copy, by the field n. */
  private Map<Integer, Float> scores(float[] target) throws IOException {
    Map<Integer, Float> scores = new HashMap<>();
    try (Engine.Searcher searcher = shard().acquireSearcher("test")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        FloatVectorValues vectors = leaf.reader().getFloatVectorValues(FIELD);
        if (vectors == null) {
          // A segment that knows of deletions only.
          continue;
        }
        SortedNumericDocValues numbers = leaf.reader().getSortedNumericDocValues("n");
        VectorScorer scorer = vectors.rescorer(target);
        DocIdSetIterator docs = scorer.iterator();
        for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
          if (leaf.reader().getLiveDocs() == null || leaf.reader().getLiveDocs().get(doc)) {
            assertTrue(numbers.advanceExact(doc));
            float[] one =
                QuantizedVectorValues.of(leaf.reader(), FIELD).rescore(target, new int[] {doc});
            assertEquals(scorer.score(), one[0], 1e-5 * Math.abs(one[0]));
            scores.put((int) numbers.nextValue(), one[0]);
          }
        }
      }
    }
    return scores;
  }

  private static Map<Integer, Float> hits(SearchResponse response) {
    Map<Integer, Float> hits = new HashMap<>();
    for (SearchHit hit : response.getHits()) {
      hits.put(Integer.parseInt(hit.getId()), hit.getScore());
    }
    return hits;
  }

  private SearchResponse search(QuantizedKnnQueryBuilder query) {
    return client().prepareSearch(INDEX).setQuery(query).setSize(COUNT).get();
  }

  private static QuantizedKnnQueryBuilder within(float[] target, float minScore) {
    return new QuantizedKnnQueryBuilder(
        FIELD, new GivenVector.Floats(target), Reach.minScore(minScore));
  }

  /** The order in which floats are added, and so a score's last digit, may differ. */
  private static void assertHits(
      String what, Map<Integer, Float> all, float minScore, Map<Integer, Float> hits) {
    float rounding = 1e-5f * minScore;
    all.forEach(
        (n, score) -> {
          if (score >= minScore + rounding) {
            assertTrue(what + " lacks " + n, hits.containsKey(n));
          }
        });
    hits.forEach(
        (n, score) -> {
          assertTrue(what, score >= minScore);
          assertEquals(what, all.get(n), score, 1e-5 * score);
        });
  }

  public void testFindsWhatAScanOfTheFinestCopyFinds() throws Exception {
    for (SpaceType space : SPACE_TYPES) {
      for (String precision : List.of("binary", "int2", "int4", "int8", "fp16")) {
        for (String rerank : List.of("fp32", "int8", "none")) {
          createVectorIndex(
              ", \"precision\": \"%s\", \"space_type\": \"%s\", \"rerank\": \"%s\""
                  .formatted(precision, space.label(), rerank));
          index(randomVectors(COUNT), 3);
          client().prepareDelete(INDEX, "5").get();
          client().admin().indices().prepareRefresh(INDEX).get();
          for (float[] target : randomVectors(3)) {
            Map<Integer, Float> all = scores(target);
            float[] sorted = new float[all.size()];
            int i = 0;
            for (float score : all.values()) {
              sorted[i++] = score;
            }
            Arrays.sort(sorted);
            for (int rank : new int[] {0, 1, 30, 300, COUNT - 2}) {
              float minScore = sorted[sorted.length - 1 - rank];
              String what = space + " " + precision + " " + rerank;
              assertHits(what, all, minScore, hits(search(within(target, minScore))));
              Map<Integer, Float> passing = new HashMap<>(all);
              passing.keySet().removeIf(n -> n >= 100);
              QuantizedKnnQueryBuilder filtered =
                  within(target, minScore).filterBy(new RangeQueryBuilder("n").lt(100));
              assertHits(what, passing, minScore, hits(search(filtered)));
            }
          }
          client().admin().indices().prepareDelete(INDEX).get();
        }
      }
    }
  }

  public void testMostVectorsAreOutByTheirCodes() throws Exception {
    createVectorIndex(", \"precision\": \"int4\"");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 1);
    SearchResponse response =
        client()
            .prepareSearch(INDEX)
            .setQuery(within(vectors.get(3), .5f))
            .setProfile(true)
            .setSize(COUNT)
            .get();
    assertThat(response.getHits().getTotalHits().value(), greaterThan(0L));
    Map<String, Long> breakdown =
        response
            .getProfileResults()
            .values()
            .iterator()
            .next()
            .getQueryProfileResults()
            .get(0)
            .getQueryResults()
            .get(0)
            .getTimeBreakdown();
    assertEquals(COUNT, (long) breakdown.get("vectors_scored"));
    for (String time : List.of("transform_time", "scan_time", "rerank_time")) {
      assertThat(time, breakdown.get(time), greaterThan(0L));
    }
    long reranked = breakdown.get("vectors_reranked");
    assertThat(reranked, lessThan(COUNT / 10L));
    SegmentField quantization = quantizations().get(0);
    assertEquals(4, quantization.errorBytes());
    assertEquals(
        (long) COUNT * (quantization.codeBytes() + 4) + reranked * DIMENSION * Float.BYTES,
        (long) breakdown.get("vector_bytes_read"));
  }

  public void testTooManyHitsAreAnErrorOfTheRequest() throws Exception {
    createVectorIndex(", \"precision\": \"int8\"");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 4);
    client()
        .admin()
        .indices()
        .prepareUpdateSettings(INDEX)
        .setSettings(Settings.builder().put("index.max_result_window", 100))
        .get();
    SearchPhaseExecutionException e =
        expectThrows(
            SearchPhaseExecutionException.class,
            () -> client().prepareSearch(INDEX).setQuery(within(vectors.get(0), 0)).get());
    assertEquals(400, e.status().getStatus());
    assertThat(e.toString(), containsString("more than [100] vectors of one shard"));
    assertThat(e.toString(), containsString("[index.max_result_window]"));
  }

  public void testMemoryIsCountedAndGivenBack() throws Exception {
    createVectorIndex(", \"precision\": \"int8\"");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 2);
    CircuitBreaker breaker =
        getInstanceFromNode(CircuitBreakerService.class).getBreaker(CircuitBreaker.REQUEST);
    search(within(vectors.get(0), .001f));
    assertBusy(() -> assertEquals(0, breaker.getUsed()));
    setRequestLimit("1kb");
    try {
      OpenSearchException e =
          expectThrows(OpenSearchException.class, () -> search(within(vectors.get(0), .001f)));
      assertEquals(429, e.status().getStatus());
      assertThat(e.toString(), containsString("quantized_knn:" + FIELD));
      assertBusy(() -> assertEquals(0, breaker.getUsed()));
      e =
          expectThrows(
              OpenSearchException.class,
              () -> search(new QuantizedKnnQueryBuilder(FIELD, vectors.get(0), 10)));
      assertEquals(429, e.status().getStatus());
    } finally {
      setRequestLimit(null);
    }
    assertEquals(COUNT, search(within(vectors.get(0), .001f)).getHits().getHits().length);
    assertBusy(() -> assertEquals(0, breaker.getUsed()));
  }

  private void setRequestLimit(String limit) {
    client()
        .admin()
        .cluster()
        .prepareUpdateSettings()
        .setTransientSettings(Settings.builder().put("indices.breaker.request.limit", limit))
        .get();
  }
}
