/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.evaluate.EvaluateAction;
import io.quantvec.plugin.evaluate.EvaluateRequest;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.vector.GivenVector;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.search.MultiSearchResponse;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.DisMaxQueryBuilder;
import org.opensearch.index.query.InnerHitBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.functionscore.FunctionScoreQueryBuilder;
import org.opensearch.index.query.functionscore.FunctionScoreQueryBuilder.FilterFunctionBuilder;
import org.opensearch.index.query.functionscore.WeightBuilder;
import org.opensearch.search.rescore.QueryRescorerBuilder;

/** That queries for vectors are counted wherever they are in a search of a shard. */
public class VectorClausesTests extends VectorIndexTestCase {

  private static final int LIMIT = 4;

  @Override
  public void setUp() throws Exception {
    super.setUp();
    createIndexOf(
        "{\"properties\": {\"v\": {\"type\": \"quantized_vector\", \"dimension\": 2}, \"c\":"
            + " {\"type\": \"nested\", \"properties\": {\"v\": {\"type\": \"quantized_vector\","
            + " \"dimension\": 2}}}}}");
    client()
        .prepareIndex(INDEX)
        .setId("1")
        .setSource("{\"v\": [1, 2], \"c\": [{\"v\": [1, 2]}]}", XContentType.JSON)
        .get();
    client().admin().indices().prepareRefresh(INDEX).get();
    limit(LIMIT);
  }

  @Override
  public void tearDown() throws Exception {
    limit(null);
    super.tearDown();
  }

  private void limit(Integer limit) {
    assertAcked(
        client()
            .admin()
            .cluster()
            .prepareUpdateSettings()
            .setPersistentSettings(
                Settings.builder()
                    .put(
                        "plugins.quantized_vector.max_clauses",
                        limit == null ? null : limit.toString())));
  }

  private static QueryBuilder clause(String field) {
    return new QuantizedKnnQueryBuilder(field, new float[] {1, 2}, 1);
  }

  private static QueryBuilder bool(int count) {
    BoolQueryBuilder bool = QueryBuilders.boolQuery();
    for (int i = 0; i < count; i++) {
      bool.should(clause("v"));
    }
    return bool;
  }

  private static QueryBuilder disMax(int count) {
    DisMaxQueryBuilder disMax = QueryBuilders.disMaxQuery();
    for (int i = 0; i < count; i++) {
      disMax.add(clause("v"));
    }
    return disMax;
  }

  private static QueryBuilder functions(int count) {
    return new FunctionScoreQueryBuilder(
        clause("v"),
        IntStream.range(1, count)
            .mapToObj(i -> new FilterFunctionBuilder(clause("v"), new WeightBuilder().setWeight(2)))
            .toArray(FilterFunctionBuilder[]::new));
  }

  private static QueryBuilder nested(int count) {
    BoolQueryBuilder inner = QueryBuilders.boolQuery();
    for (int i = 0; i < count; i++) {
      inner.should(clause("c.v"));
    }
    return QueryBuilders.nestedQuery("c", inner, ScoreMode.Max);
  }

  private static QueryBuilder filtered(int count) {
    QueryBuilder query = clause("v");
    for (int i = 1; i < count; i++) {
      query = new QuantizedKnnQueryBuilder("v", new float[] {1, 2}, 1).filterBy(query);
    }
    return query;
  }

  private SearchRequestBuilder search(QueryBuilder query) {
    return client().prepareSearch(INDEX).setQuery(query);
  }

  private void assertCounted(IntFunction<SearchRequestBuilder> search) {
    assertEquals(1, search.apply(LIMIT).get().getHits().getTotalHits().value());
    Exception e = expectThrows(Exception.class, () -> search.apply(LIMIT + 1).get());
    assertEquals(e.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(e));
    String message = ExceptionsHelper.stackTrace(e);
    assertThat(message, containsString("a search must have at most [4] queries for vectors"));
    assertThat(message, containsString("[plugins.quantized_vector.max_clauses]"));
  }

  public void testQueriesAreCounted() {
    for (IntFunction<QueryBuilder> query :
        List.<IntFunction<QueryBuilder>>of(
            VectorClausesTests::bool,
            VectorClausesTests::disMax,
            VectorClausesTests::functions,
            VectorClausesTests::nested,
            VectorClausesTests::filtered)) {
      assertCounted(count -> search(query.apply(count)));
    }
  }

  public void testOtherPartsOfASearchAreCounted() {
    assertCounted(
        count -> search(clause("v")).setRescorer(new QueryRescorerBuilder(bool(count - 1)), 10));
    assertCounted(count -> search(clause("v")).setPostFilter(bool(count - 1)));
    // Inner hits search again.
    assertCounted(
        count ->
            search(
                QueryBuilders.boolQuery()
                    .must(count == LIMIT ? bool(2) : bool(3))
                    .must(
                        QueryBuilders.nestedQuery("c", clause("c.v"), ScoreMode.Max)
                            .innerHit(new InnerHitBuilder()))));
  }

  public void testEvaluationsMakeASearchOfEachQuery() {
    Evaluation evaluation =
        client()
            .execute(
                EvaluateAction.INSTANCE,
                new EvaluateRequest(INDEX)
                    .field("v")
                    .k(1)
                    .queries(
                        IntStream.range(0, LIMIT + 2)
                            .<GivenVector>mapToObj(i -> new GivenVector.Floats(new float[] {i, 1}))
                            .toList()))
            .actionGet()
            .evaluation();
    assertEquals(LIMIT + 2, evaluation.queriesAsked().evaluated());
  }

  /** Each search of several, and each search after another, counts for itself. */
  public void testSearchesAreCountedForThemselves() {
    MultiSearchResponse responses =
        client()
            .prepareMultiSearch()
            .add(search(bool(LIMIT)))
            .add(search(bool(LIMIT + 1)))
            .add(search(bool(LIMIT)))
            .get();
    assertFalse(responses.getResponses()[0].isFailure());
    assertTrue(responses.getResponses()[1].isFailure());
    assertFalse(responses.getResponses()[2].isFailure());
    for (int i = 0; i < 10; i++) {
      search(bool(LIMIT)).get();
    }
    limit(LIMIT + 1);
    search(bool(LIMIT + 1)).get();
    limit(null);
    search(bool(100)).get();
    expectThrows(Exception.class, () -> search(bool(101)).get());
  }
}
