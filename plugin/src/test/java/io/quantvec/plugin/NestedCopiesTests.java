/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;

/** Searches for vectors of nested objects that the platform copies into their parents. */
public class NestedCopiesTests extends VectorIndexTestCase {

  private static final String NESTED_FIELD = "passages." + FIELD;

  private static final int COUNT = 20;

  private List<float[]> vectors;

  private void indexPassages() {
    createIndexOf(
        "{\"properties\": {\"passages\": {\"type\": \"nested\", \"include_in_parent\": true,"
            + " \"properties\": {\""
            + FIELD
            + "\": {\"type\": \"quantized_vector\", \"dimension\": "
            + DIMENSION
            + "}}}}}");
    vectors = randomVectors(COUNT);
    List<String> documents = new ArrayList<>();
    for (float[] vector : vectors) {
      documents.add("{\"passages\": {\"" + FIELD + "\": " + Arrays.toString(vector) + "}}");
    }
    indexDocuments(0, documents, 2);
  }

  private QuantizedKnnQueryBuilder nearest(int k) {
    return new QuantizedKnnQueryBuilder(NESTED_FIELD, vectors.get(3), k);
  }

  private void assertHits(int expected, SearchResponse response) {
    assertEquals(expected, response.getHits().getHits().length);
    assertEquals("3", response.getHits().getAt(0).getId());
  }

  public void testOnBothLevels() {
    indexPassages();
    for (int k : new int[] {1, 7, COUNT}) {
      assertHits(k, searchFor(nearest(k)).get());
      assertHits(
          k, searchFor(QueryBuilders.nestedQuery("passages", nearest(k), ScoreMode.Max)).get());
    }
  }

  public void testWithAFilter() {
    indexPassages();
    assertHits(2, searchFor(nearest(5).filterBy(QueryBuilders.idsQuery().addIds("3", "9"))).get());
  }

  private void assertRefused(QueryBuilder query, String... messages) {
    Exception e = expectThrows(Exception.class, () -> searchFor(query).get());
    assertEquals(e.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(e));
    for (String message : messages) {
      assertThat(ExceptionsHelper.stackTrace(e), containsString(message));
    }
  }

  private static String nested(String copies, String properties) {
    return "{\"type\": \"nested\"" + copies + ", \"properties\": {" + properties + "}}";
  }

  private static QueryBuilder on(String field, String... paths) {
    QueryBuilder query = new QuantizedKnnQueryBuilder(field, new float[] {1, 2}, 5);
    for (String path : paths) {
      query = QueryBuilders.nestedQuery(path, query, ScoreMode.Max);
    }
    return query;
  }

  /** Elsewhere there are no vectors, so the query would find nothing. */
  public void testOnOtherLevels() {
    String vector = "\"v\": {\"type\": \"quantized_vector\", \"dimension\": 2}";
    createIndexOf(
        "{\"properties\": {"
            + vector
            + ", \"other\": "
            + nested("", "\"n\": {\"type\": \"integer\"}")
            + ", \"a\": "
            + nested("", "\"b\": " + nested(", \"include_in_parent\": true", vector))
            + ", \"c\": "
            + nested("", "\"d\": " + nested(", \"include_in_root\": true", vector))
            + ", \"e\": "
            + nested(
                ", \"include_in_parent\": true",
                "\"f\": " + nested(", \"include_in_parent\": true", vector))
            + "}}");
    indexDocuments(
        0,
        List.of(
            "{\"v\": [1, 2], \"other\": {\"n\": 1}, \"a\": {\"b\": {\"v\": [1, 2]}},"
                + " \"c\": {\"d\": {\"v\": [1, 2]}}, \"e\": {\"f\": {\"v\": [1, 2]}}}"),
        1);
    for (QueryBuilder query :
        List.of(
            on("v"),
            on("a.b.v", "a"),
            on("a.b.v", "a.b"),
            on("c.d.v"),
            on("c.d.v", "c.d"),
            on("e.f.v"),
            on("e.f.v", "e"),
            on("e.f.v", "e.f"))) {
      assertEquals(query.toString(), List.of(0), ids(searchFor(query).get()));
    }
    assertRefused(
        on("v", "other"), "field [v] is in no nested object", "with the path [other], not into it");
    assertRefused(on("v", "a.b"), "field [v] is in no nested object");
    assertRefused(on("a.b.v"), "put the query into a [nested] query with the path [a.b]");
    assertRefused(on("a.b.v", "other"), "with the path [a.b], it is in one with the path [other]");
    assertRefused(on("c.d.v", "c"), "with the path [c.d], it is in one with the path [c]");
    assertRefused(on("c.d.v", "other"), "with the path [c.d]");
    assertRefused(on("e.f.v", "other"), "with the path [e.f]");
    // A filter's condition on the document is looked up there.
    assertEquals(
        List.of(0),
        ids(
            searchFor(
                    QueryBuilders.nestedQuery(
                        "a.b",
                        new QuantizedKnnQueryBuilder("a.b.v", new float[] {1, 2}, 1)
                            .filterBy(QueryBuilders.boolQuery().must(on("v"))),
                        ScoreMode.Max))
                .get()));
    assertRefused(
        QueryBuilders.nestedQuery(
            "a.b",
            new QuantizedKnnQueryBuilder("a.b.v", new float[] {1, 2}, 1)
                .filterBy(QueryBuilders.disMaxQuery().add(on("v"))),
            ScoreMode.Max),
        "field [v] is in no nested object");
  }
}
