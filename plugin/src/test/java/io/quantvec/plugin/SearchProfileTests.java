/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.quantvec.codec.FieldQuantization;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.search.profile.ProfileResult;

/** That a profile shows what a search did, also of one whose segments are searched in parallel. */
public class SearchProfileTests extends VectorIndexTestCase {

  private static final int COUNT = 1200;

  private Map<String, Long> breakdown(QuantizedKnnQueryBuilder query) {
    SearchResponse response =
        client().prepareSearch(INDEX).setQuery(query).setProfile(true).setSize(10).get();
    assertEquals(10, response.getHits().getHits().length);
    List<ProfileResult> results =
        response
            .getProfileResults()
            .values()
            .iterator()
            .next()
            .getQueryProfileResults()
            .get(0)
            .getQueryResults();
    assertEquals("QuantizedKnnQuery", results.get(0).getQueryName());
    return results.get(0).getTimeBreakdown();
  }

  private void setConcurrentSearch(String mode) {
    client()
        .admin()
        .indices()
        .prepareUpdateSettings(INDEX)
        .setSettings(Settings.builder().put("index.search.concurrent_segment_search.mode", mode))
        .get();
  }

  public void testCountsOfAllSegments() throws Exception {
    createVectorIndex(", \"precision\": \"int4\", \"method\": {\"name\": \"flat\"}");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 3);
    Map<String, Long> ofCalibration = new HashMap<>();
    long bytes = 0;
    for (FieldQuantization quantization : quantizations()) {
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
      assertThat(mode, reranked, lessThanOrEqualTo(100L));
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
    createVectorIndex(", \"precision\": \"int8\"");
    List<float[]> vectors = randomVectors(COUNT);
    index(vectors, 1);
    Map<String, Long> breakdown =
        breakdown(new QuantizedKnnQueryBuilder(FIELD, vectors.get(7), 10).efSearch(20));
    assertThat(breakdown.get("vectors_visited"), greaterThan(20L));
    assertThat(breakdown.get("vectors_visited"), lessThanOrEqualTo((long) COUNT));
    assertEquals(breakdown.get("vectors_visited"), breakdown.get("vectors_scored"));
    assertEquals(0, (long) breakdown.get("vectors_reranked"));
    assertThat(breakdown.get("graph_time"), greaterThan(0L));
    assertEquals(0, (long) breakdown.get("scan_time"));
  }
}
