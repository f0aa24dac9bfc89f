/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.percolator.PercolateQueryBuilder;
import org.opensearch.percolator.PercolatorModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;

/** Stored queries for vectors, which are asked of each document alone. */
public class PercolatorTests extends VectorIndexTestCase {

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(QuantvecPlugin.class, PercolatorModulePlugin.class);
  }

  private void create(String parameters) {
    createIndexOf(
        "{\"properties\": {\"query\": {\"type\": \"percolator\"}, \"n\": {\"type\": \"integer\"},"
            + " \"v\": {\"type\": \"quantized_vector\", \"dimension\": 2"
            + parameters
            + "}, \"c\": {\"type\": \"nested\", \"properties\": {\"v\": {\"type\":"
            + " \"quantized_vector\", \"dimension\": 2"
            + parameters
            + "}}}}}");
  }

  private void store(String id, String query) {
    client()
        .prepareIndex(INDEX)
        .setId(id)
        .setSource("{\"query\": " + query + "}", XContentType.JSON)
        .get();
  }

  private static String within(String field, String reach) {
    return "{\"quantized_knn\": {\"" + field + "\": {\"vector\": [1, 0], " + reach + "}}}";
  }

  private List<String> matches(String... documents) {
    client().admin().indices().prepareRefresh(INDEX).get();
    List<BytesReference> sources = new ArrayList<>();
    for (String document : documents) {
      sources.add(new BytesArray(document));
    }
    SearchResponse response =
        client()
            .prepareSearch(INDEX)
            .setQuery(new PercolateQueryBuilder("query", sources, XContentType.JSON))
            .get();
    assertEquals(response.toString(), 0, response.getFailedShards());
    List<String> ids = new ArrayList<>();
    for (SearchHit hit : response.getHits()) {
      ids.add(hit.getId());
    }
    ids.sort(null);
    return ids;
  }

  /** The nearest of one document is the document. */
  public void testTheNearestAreRefused() {
    create("");
    for (String query :
        List.of(
            within("v", "\"k\": 1"),
            "{\"bool\": {\"must\": [{\"term\": {\"n\": 1}}], \"should\": ["
                + within("v", "\"k\": 1")
                + "]}}",
            "{\"nested\": {\"path\": \"c\", \"query\": " + within("c.v", "\"k\": 1") + "}}",
            within("v", "\"min_score\": 0.5, \"filter\": " + within("v", "\"k\": 1")))) {
      Exception e = expectThrows(Exception.class, () -> store("1", query));
      assertEquals(e.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(e));
      String message = ExceptionsHelper.stackTrace(e);
      assertThat(message, containsString("a percolator query cannot have [k]"));
      assertThat(message, containsString("[min_score] or [max_distance]"));
    }
    // Everywhere else such a query stays what it was, in a filter of an alias, too.
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareAliases()
            .addAlias(INDEX, "near", within("v", "\"k\": 1")));
  }

  public void testDistancesAndScoresMatchDocumentsAlone() {
    for (String parameters :
        List.of(
            "",
            ", \"precision\": \"binary\"",
            ", \"precision\": \"int8\", \"rerank\": \"none\"",
            ", \"space_type\": \"cosinesimil\"")) {
      create(parameters);
      store("near", within("v", "\"max_distance\": 0.25"));
      store("scored", within("v", "\"min_score\": 0.8"));
      store("far", within("v", "\"min_score\": 0.0001"));
      store("filtered", within("v", "\"min_score\": 0.0001, \"filter\": {\"term\": {\"n\": 7}}"));
      store(
          "nested",
          "{\"nested\": {\"path\": \"c\", \"query\": "
              + within("c.v", "\"max_distance\": 0.25")
              + "}}");
      assertEquals(List.of("far", "near", "scored"), matches("{\"n\": 1, \"v\": [1, 0.01]}"));
      assertEquals(List.of("far", "filtered"), matches("{\"n\": 7, \"v\": [-3, 5]}"));
      assertEquals(List.of(), matches("{\"n\": 7}"));
      assertEquals(List.of("nested"), matches("{\"c\": [{\"v\": [9, 30]}, {\"v\": [1, 0]}]}"));
      assertEquals(List.of(), matches("{\"c\": [{\"v\": [9, 30]}]}"));
      assertEquals(
          List.of("far", "filtered", "near", "scored"),
          matches("{\"n\": 1, \"v\": [1, 0.01]}", "{\"n\": 7, \"v\": [-3, 5]}"));
      assertAcked(client().admin().indices().prepareDelete(INDEX));
    }
  }
}
