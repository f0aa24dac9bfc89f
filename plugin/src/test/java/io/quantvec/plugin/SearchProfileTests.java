/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.functionscore.WeightBuilder;
import org.opensearch.search.profile.ProfileResult;

/** That a profile shows what a search did, also of one whose segments are searched in parallel. */
public class SearchProfileTests extends VectorIndexTestCase {

  private static final int COUNT = 1200;

  /** So many that a walk through their graph takes less time than a scan. */
  private static final int WALKED = 2_500;

  private Map<String, Long> breakdown(QuantizedKnnQueryBuilder query) {
    SearchResponse response =
        client().prepareSearch(INDEX).setQuery(query).setProfile(true).setSize(10).get();
    assertEquals(10, response.getHits().getHits().length);
    List<ProfileResult> results = results(response);
    assertEquals("QuantizedKnnQuery", results.get(0).getQueryName());
    return results.get(0).getTimeBreakdown();
  }

  private static List<ProfileResult> results(SearchResponse response) {
    return response
        .getProfileResults()
        .values()
        .iterator()
        .next()
        .getQueryProfileResults()
        .get(0)
        .getQueryResults();
  }

  public void testCountsOfAllSegments() throws Exception {
    createVectorIndex(", \"precision\": \"int4\", \"method\": {\"name\": \"flat\"}");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 3);
    Map<String, Long> ofCalibration = new HashMap<>();
    long bytes = 0;
    for (SegmentField quantization : quantizations()) {
      ofCalibration.merge(
          "calibration_" + quantization.calibrationId(), (long) quantization.vectors(), Long::sum);
      bytes += (long) quantization.codeBytes() * quantization.vectors();
    }
    for (String mode : List.of("none", "all")) {
      setConcurrentSearch(mode);
      Map<String, Long> breakdown =
          breakdown(new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10));
      assertEquals(mode, COUNT, (long) breakdown.get("vectors_scored"));
      assertEquals(mode, 0, (long) breakdown.get("vectors_visited"));
      long reranked = breakdown.get("vectors_reranked");
      assertThat(mode, reranked, greaterThan(9L));
      // Four times a hundred, as there are only 64 bits per vector.
      assertThat(mode, reranked, lessThanOrEqualTo(400L));
      assertEquals(
          mode,
          bytes + reranked * DIMENSION * Float.BYTES,
          (long) breakdown.get("vector_bytes_read"));
      ofCalibration.forEach((name, count) -> assertEquals(name, count, breakdown.get(name)));
      for (String time : List.of("transform_time", "scan_time", "rerank_time")) {
        assertThat(time, breakdown.get(time), greaterThan(0L));
      }
    }
  }

  public void testWalksThroughTheGraph() throws Exception {
    createVectorIndex(", \"precision\": \"int8\"" + ALWAYS_GRAPH);
    List<float[]> vectors = randomVectors(WALKED);
    index(vectors, 1);
    Map<String, Long> breakdown =
        breakdown(new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10).efSearch(20));
    assertEquals(0, (long) breakdown.get("segments_without_graph"));
    assertThat(breakdown.get("vectors_visited"), greaterThan(20L));
    assertThat(breakdown.get("vectors_visited"), lessThanOrEqualTo((long) WALKED));
    assertEquals(breakdown.get("vectors_visited"), breakdown.get("vectors_scored"));
    assertEquals(0, (long) breakdown.get("vectors_reranked"));
    assertThat(breakdown.get("graph_time"), greaterThan(0L));
    assertEquals(0, (long) breakdown.get("scan_time"));
  }

  /**
   * Segments below the threshold are scanned with or without a filter; the merged one is walked.
   */
  public void testSegmentsWithoutGraph() throws Exception {
    createVectorIndex(
        ", \"precision\": \"int8\", \"method\": {\"name\": \"hnsw\", \"parameters\":"
            + " {\"approximate_threshold\": "
            + WALKED
            + "}}");
    List<float[]> vectors = randomVectors(WALKED);
    index(vectors, 3);
    for (String mode : List.of("none", "all")) {
      setConcurrentSearch(mode);
      QuantizedKnnQueryBuilder query = new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10);
      Map<String, Long> breakdown = breakdown(query);
      assertEquals(mode, 3, (long) breakdown.get("segments_without_graph"));
      assertEquals(mode, 0, (long) breakdown.get("vectors_visited"));
      assertEquals(mode, WALKED, (long) breakdown.get("vectors_scored"));
      breakdown = breakdown(query.filterBy(QueryBuilders.rangeQuery("n").lt(WALKED - 100)));
      assertEquals(mode, WALKED - 100, (long) breakdown.get("vectors_scored"));
    }
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    client().admin().indices().prepareRefresh(INDEX).get();
    Map<String, Long> breakdown =
        breakdown(new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10).efSearch(20));
    assertEquals(0, (long) breakdown.get("segments_without_graph"));
    assertThat(breakdown.get("vectors_visited"), greaterThan(20L));
  }

  private SearchResponse profiled(String mode, QueryBuilder query, int size) {
    SearchResponse response =
        client()
            .prepareSearch(INDEX)
            .setQuery(query)
            .setProfile(true)
            .setSize(size)
            .setTrackTotalHits(true)
            .get(TimeValue.timeValueMinutes(1));
    assertEquals(mode, 0, response.getFailedShards());
    assertFalse(mode, response.getProfileResults().isEmpty());
    return response;
  }

  /** Such queries make the weights of those in them without the searcher, and so unprofiled. */
  public void testInsideOfQueriesThatHideTheirs() throws Exception {
    createVectorIndex(", \"precision\": \"int4\", \"method\": {\"name\": \"flat\"}");
    List<float[]> vectors = randomVectors(30);
    index(vectors, 2);
    for (String mode : List.of("none", "all")) {
      setConcurrentSearch(mode);
      QuantizedKnnQueryBuilder query = new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10);
      for (QueryBuilder outer :
          List.of(
              QueryBuilders.functionScoreQuery(query, new WeightBuilder().setWeight(3)),
              QueryBuilders.boolQuery().should(query).should(query))) {
        assertEquals(mode, 10, profiled(mode, outer, 10).getHits().getHits().length);
      }
      SearchResponse boosted =
          profiled(mode, new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10).boost(2), 10);
      ProfileResult result = results(boosted).get(0);
      assertEquals("BoostQuery", result.getQueryName());
      assertEquals(mode, 30, (long) result.getTimeBreakdown().get("vectors_scored"));
    }
  }

  /** The platform never asks some segments for their scorers, or none if it only counts. */
  public void testSegmentsWithoutScorers() throws Exception {
    createVectorIndex(", \"precision\": \"int4\", \"method\": {\"name\": \"flat\"}");
    List<float[]> vectors = randomVectors(30);
    index(vectors, 3);
    for (String mode : List.of("all", "none")) {
      setConcurrentSearch(mode);
      QuantizedKnnQueryBuilder query = new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10);
      SearchResponse counted = profiled(mode, query, 0);
      assertEquals(mode, 10, counted.getHits().getTotalHits().value());
      ProfileResult constant = results(counted).get(0);
      assertEquals("ConstantScoreQuery", constant.getQueryName());
      Map<String, Long> breakdown = constant.getProfiledChildren().get(0).getTimeBreakdown();
      assertEquals(mode, 30, (long) breakdown.get("vectors_scored"));
      SearchResponse one =
          profiled(
              mode,
              QueryBuilders.boolQuery().must(QueryBuilders.idsQuery().addIds("7")).must(query),
              10);
      assertEquals(mode, 1, one.getHits().getTotalHits().value());
    }
  }
}
