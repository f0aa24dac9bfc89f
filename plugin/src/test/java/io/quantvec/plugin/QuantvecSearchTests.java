/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.quantvec.codec.config.Precision;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.action.search.SearchPhaseExecutionException;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.search.SearchType;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.aggregations.metrics.ValueCount;
import org.opensearch.search.sort.SortOrder;

/** Hits and scores of a node against an exact scan. */
public class QuantvecSearchTests extends VectorIndexTestCase {

  private static final int K = 10;

  /**
   * What codes of 16 dimensions, rescored where that is the default, find at the very least, over
   * 100 neighbors of random vectors. Low enough never to fail by chance; a wrong vector, score or
   * order finds next to nothing. How good the codes are is the codec's tests' business.
   */
  private static final Map<Precision, Double> LEAST_RECALL =
      Map.of(
          Precision.FP16,
          0.88,
          Precision.INT8,
          0.8,
          Precision.INT4,
          0.85,
          Precision.INT2,
          0.5,
          Precision.TERNARY,
          0.5,
          Precision.BINARY,
          0.5);

  private static final List<String> METHODS =
      List.of(
          ALWAYS_GRAPH, ", \"method\": {\"name\": \"hnsw\"}", ", \"method\": {\"name\": \"flat\"}");

  public void testEveryPrecisionAndSpaceType() throws IOException {
    // Sorted: the order of Map.of differs between JVMs, and a seed has to give the same choices.
    for (Precision precision : new TreeSet<>(LEAST_RECALL.keySet())) {
      for (SpaceType spaceType : allOrOne(SPACE_TYPES)) {
        for (String method : allOrOne(METHODS)) {
          createVectorIndex(
              ", \"precision\": \""
                  + precision.label()
                  + "\", \"space_type\": \""
                  + spaceType.label()
                  + "\""
                  + method);
          List<float[]> vectors = randomVectors(800);
          index(vectors, 3);
          String what = precision + " " + spaceType + " " + method;
          assertFindsNeighbors(what, precision, spaceType, vectors);
          client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
          client().admin().indices().prepareRefresh(INDEX).get();
          assertFindsNeighbors(what + " merged", precision, spaceType, vectors);
          client().admin().indices().prepareDelete(INDEX).get();
        }
      }
    }
  }

  /** All in a run of the full matrix, otherwise one by chance. */
  private static <T> List<T> allOrOne(List<T> all) {
    return Boolean.getBoolean("tests.full.matrix") ? all : List.of(randomFrom(all));
  }

  private void assertFindsNeighbors(
      String what, Precision precision, SpaceType spaceType, List<float[]> vectors) {
    double recall = 0;
    List<float[]> queries = randomVectors(10);
    for (float[] query : queries) {
      SearchResponse response = searchFor(knn(query, K)).get();
      List<Integer> found = ids(response);
      assertEquals(what, K, found.size());
      recall += recall(nearest(spaceType, vectors, query, K, i -> true), found) / queries.size();
      assertScores(spaceType, vectors, query, searchFor(knn(query, K).rescore(Rescore.ON)).get());
    }
    assertThat(what, recall, greaterThanOrEqualTo(LEAST_RECALL.get(precision)));
  }

  private static void assertScores(
      SpaceType spaceType, List<float[]> vectors, float[] query, SearchResponse response) {
    double last = Double.POSITIVE_INFINITY;
    for (SearchHit hit : response.getHits()) {
      double exact = score(spaceType, vectors.get(Integer.parseInt(hit.getId())), query);
      assertEquals(exact, hit.getScore(), 1e-4 * exact);
      assertTrue(hit.getScore() <= last);
      last = hit.getScore();
    }
  }

  private List<float[]> indexWithGraph() throws IOException {
    createVectorIndex(ALWAYS_GRAPH);
    List<float[]> vectors = randomVectors(3000);
    index(vectors, 2);
    return vectors;
  }

  public void testFiltersLeaveKHits() throws IOException {
    List<float[]> vectors = indexWithGraph();
    // How many documents match: none, less than k, k, and more than a graph search keeps.
    int[] widths = {0, 3, 10, 90, 150, 700, 2900};
    for (int width : widths) {
      int from = 60;
      double recall = 0;
      for (int q = 0; q < 5; q++) {
        float[] query = randomVectors(1).get(0);
        List<Integer> found =
            ids(
                searchFor(
                        knn(query, K)
                            .filterBy(QueryBuilders.rangeQuery("n").gte(from).lt(from + width)))
                    .get());
        assertEquals("width " + width, Math.min(K, width), found.size());
        for (int id : found) {
          assertTrue(id >= from && id < from + width);
        }
        List<Integer> expected =
            nearest(SpaceType.L2, vectors, query, K, i -> i >= from && i < from + width);
        recall += width == 0 ? 0.2 : recall(expected, found) / 5;
      }
      assertThat("width " + width, recall, greaterThanOrEqualTo(0.7));
    }
  }

  public void testScatteredFilterLeavesKHits() throws IOException {
    List<float[]> vectors = indexWithGraph();
    for (int step : new int[] {2, 29, 250}) {
      List<Integer> matching =
          IntStream.range(0, vectors.size()).filter(i -> i % step == 0).boxed().toList();
      float[] query = randomVectors(1).get(0);
      List<Integer> found =
          ids(searchFor(knn(query, K).filterBy(QueryBuilders.termsQuery("n", matching))).get());
      assertEquals(K, found.size());
      assertTrue(matching.containsAll(found));
    }
  }

  public void testDeletedDocumentsAreNoHits() throws IOException {
    List<float[]> vectors = indexWithGraph();
    float[] query = randomVectors(1).get(0);
    List<Integer> gone = nearest(SpaceType.L2, vectors, query, 200, i -> true);
    for (int id : gone) {
      client().prepareDelete(INDEX, Integer.toString(id)).get();
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    // Rescored, for beyond the nearest 200 the next ones are closer to each other than int8 tells.
    List<Integer> found = ids(searchFor(knn(query, K).rescore(Rescore.factor(10))).get());
    assertEquals(K, found.size());
    assertThat(
        recall(nearest(SpaceType.L2, vectors, query, K, i -> !gone.contains(i)), found),
        greaterThanOrEqualTo(0.7));
    // With a filter that lets through mostly deleted documents.
    List<Integer> allowed = new ArrayList<>(gone);
    Set<Integer> alive = Set.of(1, 700, 2500);
    allowed.addAll(alive);
    allowed.removeIf(id -> gone.contains(id) && alive.contains(id));
    List<Integer> filtered =
        ids(searchFor(knn(query, K).filterBy(QueryBuilders.termsQuery("n", allowed))).get());
    assertEquals(
        alive.stream().filter(id -> !gone.contains(id)).sorted().toList(),
        filtered.stream().sorted().toList());
  }

  public void testFewerVectorsThanK() throws IOException {
    createVectorIndex(", \"precision\": \"binary\"");
    index(randomVectors(4), 2);
    client().prepareIndex(INDEX).setId("4").setSource("n", 4).get();
    client().admin().indices().prepareRefresh(INDEX).get();
    assertEquals(4, ids(searchFor(knn(new float[DIMENSION], 100)).get()).size());
  }

  public void testNoVectorsAtAll() {
    createVectorIndex("");
    assertEquals(0, ids(searchFor(knn(new float[DIMENSION], 5)).get()).size());
    client().prepareIndex(INDEX).setId("0").setSource("n", 0).get();
    client().admin().indices().prepareRefresh(INDEX).get();
    assertEquals(0, ids(searchFor(knn(new float[DIMENSION], 5)).get()).size());
  }

  public void testSparseFieldWithFilter() throws IOException {
    createVectorIndex(ALWAYS_GRAPH);
    List<float[]> vectors = randomVectors(300);
    index(vectors, 1);
    for (int i = 300; i < 600; i++) {
      client().prepareIndex(INDEX).setId(Integer.toString(i)).setSource("n", i).get();
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    float[] query = randomVectors(1).get(0);
    List<Integer> found =
        ids(
            searchFor(knn(query, K).filterBy(QueryBuilders.rangeQuery("n").gte(290).lt(590)))
                .get());
    assertEquals(IntStream.range(290, 300).boxed().toList(), found.stream().sorted().toList());
  }

  public void testOversampleFindsMore() throws IOException {
    createVectorIndex(", \"precision\": \"binary\"" + ALWAYS_GRAPH);
    List<float[]> vectors = randomVectors(2000);
    index(vectors, 2);
    double codes = 0;
    double rescored = 0;
    for (float[] query : randomVectors(10)) {
      List<Integer> expected = nearest(SpaceType.L2, vectors, query, K, i -> true);
      codes += recall(expected, ids(searchFor(knn(query, K).rescore(Rescore.OFF)).get()));
      rescored += recall(expected, ids(searchFor(knn(query, K).rescore(Rescore.factor(50))).get()));
    }
    assertTrue(codes + " of codes, " + rescored + " rescored", rescored > codes);
    assertThat(rescored / 10, greaterThanOrEqualTo(0.9));
  }

  public void testBoolSortAggregationsAndSizeZero() throws IOException {
    createVectorIndex(", \"precision\": \"int4\"");
    List<float[]> vectors = randomVectors(500);
    index(vectors, 3);
    float[] query = randomVectors(1).get(0);
    List<Integer> expected = ids(searchFor(knn(query, K)).get());
    SearchResponse counted =
        client()
            .prepareSearch(INDEX)
            .setQuery(knn(query, K))
            .setSize(0)
            .setTrackTotalHits(true)
            .addAggregation(AggregationBuilders.count("hits").field("n"))
            .get();
    assertEquals(K, counted.getHits().getTotalHits().value());
    assertEquals(K, ((ValueCount) counted.getAggregations().get("hits")).getValue());

    List<Integer> sorted = ids(searchFor(knn(query, K)).addSort("n", SortOrder.ASC).get());
    assertEquals(expected.stream().sorted().toList(), sorted);

    List<Integer> both =
        ids(
            searchFor(
                    QueryBuilders.boolQuery()
                        .must(knn(query, K))
                        .filter(QueryBuilders.termQuery("n", expected.get(3))))
                .get());
    assertEquals(List.of(expected.get(3)), both);

    SearchResponse filtered = searchFor(QueryBuilders.boolQuery().filter(knn(query, K))).get();
    assertEquals(expected.stream().sorted().toList(), ids(filtered).stream().sorted().toList());
  }

  public void testBoostExplainProfileAndNames() throws IOException {
    createVectorIndex(", \"precision\": \"int4\", \"space_type\": \"cosinesimil\"");
    List<float[]> vectors = randomVectors(300);
    index(vectors, 3);
    float[] query = randomVectors(1).get(0);
    SearchResponse plain = searchFor(knn(query, K)).get();
    SearchResponse boosted =
        searchFor(
                knn(query, K)
                    .filterBy(QueryBuilders.rangeQuery("n").gte(0))
                    .boost(2)
                    .queryName("nearest"))
            .setExplain(true)
            .setProfile(true)
            .get();
    assertEquals(ids(plain), ids(boosted));
    assertFalse(boosted.getProfileResults().isEmpty());
    for (int i = 0; i < K; i++) {
      SearchHit hit = boosted.getHits().getAt(i);
      assertEquals(2 * plain.getHits().getAt(i).getScore(), hit.getScore(), 1e-5);
      assertEquals(hit.getScore(), hit.getExplanation().getValue().floatValue(), 0);
      assertArrayEquals(new String[] {"nearest"}, hit.getMatchedQueries());
    }
  }

  public void testSourceFieldsAndExists() throws IOException {
    createVectorIndex("");
    List<float[]> vectors = randomVectors(2);
    index(vectors, 1);
    client().prepareIndex(INDEX).setId("2").setSource("n", 2).get();
    client().admin().indices().prepareRefresh(INDEX).get();
    SearchResponse response =
        client()
            .prepareSearch(INDEX)
            .setQuery(QueryBuilders.existsQuery(FIELD))
            .addSort("n", SortOrder.ASC)
            .addFetchField(FIELD)
            .get();
    assertEquals(List.of(0, 1), ids(response));
    for (int i = 0; i < 2; i++) {
      SearchHit hit = response.getHits().getAt(i);
      assertVector(vectors.get(i), (List<?>) hit.getSourceAsMap().get(FIELD));
      assertVector(vectors.get(i), hit.field(FIELD).getValues());
    }
  }

  private static void assertVector(float[] expected, List<?> actual) {
    assertEquals(expected.length, actual.size());
    for (int d = 0; d < expected.length; d++) {
      assertEquals(expected[d], ((Number) actual.get(d)).floatValue(), 0);
    }
  }

  public void testUpdatesReplaceTheVector() throws IOException {
    createVectorIndex("");
    index(randomVectors(50), 2);
    float[] far = new float[DIMENSION];
    far[0] = 100;
    client().prepareIndex(INDEX).setId("7").setSource(document(7, far), XContentType.JSON).get();
    client().admin().indices().prepareRefresh(INDEX).get();
    List<Integer> found = ids(searchFor(knn(far, 50)).get());
    assertEquals(50, found.size());
    assertEquals(7, (int) found.get(0));
  }

  public void testDfsSearch() throws IOException {
    createVectorIndex(", \"precision\": \"binary\"");
    index(randomVectors(200), 2);
    float[] query = randomVectors(1).get(0);
    assertEquals(
        ids(searchFor(knn(query, K)).get()),
        ids(searchFor(knn(query, K)).setSearchType(SearchType.DFS_QUERY_THEN_FETCH).get()));
  }

  /** Slices wait for one search of all segments; the pool here has fewer threads than segments. */
  public void testConcurrentSegmentSearch() throws IOException {
    createVectorIndex(", \"precision\": \"int4\"" + ALWAYS_GRAPH);
    index(randomVectors(1200), 6);
    QueryBuilder filter = QueryBuilders.rangeQuery("n").gte(100).lt(1100);
    float[] query = randomVectors(1).get(0);
    setConcurrentSearch("none");
    List<Integer> expected = ids(searchFor(knn(query, K).filterBy(filter)).get());
    setConcurrentSearch("all");
    SearchResponse response = searchFor(knn(query, K).filterBy(filter)).setProfile(true).get();
    assertEquals(expected, ids(response));
    assertFalse(response.getProfileResults().isEmpty());
    for (int i = 0; i < 20; i++) {
      assertEquals(expected, ids(searchFor(knn(query, K).filterBy(filter)).get()));
    }
  }

  public void testNestedDocuments() throws IOException {
    createIndexOf(
        """
            {"properties": {"parts": {"type": "nested", "properties": {
              "v": {"type": "quantized_vector", "dimension": 2}, "tag": {"type": "keyword"}}}}}""");
    for (int i = 0; i < 10; i++) {
      client()
          .prepareIndex(INDEX)
          .setId("" + i)
          .setSource(
              // Not by a format: the framework's random locales have digits of their own.
              "{\"parts\": [{\"tag\": \"a\", \"v\": [0, "
                  + i
                  + "]}, {\"tag\": \"b\", \"v\": [9, "
                  + i
                  + "]}]}",
              XContentType.JSON)
          .get();
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    QuantizedKnnQueryBuilder query =
        new QuantizedKnnQueryBuilder("parts.v", new float[] {9, 0}, 3).rescore(Rescore.ON);
    assertEquals(
        List.of(0, 1, 2),
        ids(searchFor(QueryBuilders.nestedQuery("parts", query, ScoreMode.Max)).get()));
    query.filterBy(QueryBuilders.termQuery("parts.tag", "a"));
    SearchResponse filtered =
        searchFor(QueryBuilders.nestedQuery("parts", query, ScoreMode.Max)).get();
    assertEquals(List.of(0, 1, 2), ids(filtered));
    assertEquals(1 / 82f, filtered.getHits().getAt(0).getScore(), 1e-6);
    // Outside of a nested query the parts are no documents of their own.
    SearchPhaseExecutionException e =
        expectThrows(SearchPhaseExecutionException.class, () -> searchFor(query).get());
    assertEquals(400, e.status().getStatus());
  }

  public void testIndexesWithoutTheFieldCanBeIgnored() throws IOException {
    createVectorIndex("");
    index(randomVectors(20), 1);
    client().admin().indices().prepareCreate("other").get();
    SearchResponse response =
        client()
            .prepareSearch(INDEX, "other")
            .setQuery(knn(new float[DIMENSION], 5).ignoreUnmapped(true))
            .get();
    assertEquals(5, ids(response).size());
  }
}
