/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.join.ScoreMode;
import org.opensearch.action.search.SearchResponse;
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
}
