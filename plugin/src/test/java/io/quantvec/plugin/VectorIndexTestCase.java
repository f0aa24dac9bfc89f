/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.mapper.SpaceType;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/** A node with the plugin, indexes of random vectors, and the exact answers to queries on them. */
abstract class VectorIndexTestCase extends OpenSearchSingleNodeTestCase {

  static final String INDEX = "vectors";
  static final String FIELD = "embedding";
  static final int DIMENSION = 16;

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(QuantvecPlugin.class);
  }

  static Settings indexSettings() {
    return Settings.builder()
        .put("index.quantized_vector", true)
        .put("index.number_of_shards", 1)
        .put("index.refresh_interval", -1)
        .build();
  }

  static String mapping(String parameters) {
    return "{\"properties\": {\"n\": {\"type\": \"integer\"}, \""
        + FIELD
        + "\": {\"type\": \"quantized_vector\", \"dimension\": "
        + DIMENSION
        + parameters
        + "}}}";
  }

  void createVectorIndex(String parameters) {
    client()
        .admin()
        .indices()
        .prepareCreate(INDEX)
        .setSettings(indexSettings())
        .setMapping(mapping(parameters))
        .get();
  }

  /** Vectors in clusters, as embeddings are. */
  static List<float[]> randomVectors(int count) {
    float[][] centers = new float[8][DIMENSION];
    for (float[] center : centers) {
      for (int d = 0; d < DIMENSION; d++) {
        center[d] = (float) random().nextGaussian();
      }
    }
    List<float[]> vectors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      float[] vector = centers[random().nextInt(centers.length)].clone();
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] += (float) (0.7 * random().nextGaussian());
      }
      vectors.add(vector);
    }
    return vectors;
  }

  /** Indexes vector i as document i, whose field n is i, with a segment after each part. */
  void index(List<float[]> vectors, int segments) throws IOException {
    int perSegment = (vectors.size() + segments - 1) / segments;
    for (int from = 0; from < vectors.size(); from += perSegment) {
      BulkRequestBuilder bulk = client().prepareBulk();
      for (int i = from; i < Math.min(from + perSegment, vectors.size()); i++) {
        bulk.add(
            client()
                .prepareIndex(INDEX)
                .setId(Integer.toString(i))
                .setSource(document(i, vectors.get(i)), XContentType.JSON));
      }
      BulkResponse response = bulk.get();
      assertFalse(response.buildFailureMessage(), response.hasFailures());
      client().admin().indices().prepareRefresh(INDEX).get();
    }
  }

  static String document(int n, float[] vector) {
    StringBuilder json = new StringBuilder("{\"n\": " + n + ", \"" + FIELD + "\": [");
    for (int d = 0; d < vector.length; d++) {
      json.append(d == 0 ? "" : ",").append(vector[d]);
    }
    return json.append("]}").toString();
  }

  static double score(SpaceType spaceType, float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int d = 0; d < a.length; d++) {
      dot += (double) a[d] * b[d];
      aa += (double) a[d] * a[d];
      bb += (double) b[d] * b[d];
    }
    return switch (spaceType) {
      case L2 -> 1 / (1 + aa + bb - 2 * dot);
      case COSINESIMIL -> (1 + dot / Math.sqrt(aa * bb)) / 2;
      case INNERPRODUCT -> dot < 0 ? 1 / (1 - dot) : dot + 1;
    };
  }

  static List<Integer> nearest(
      SpaceType spaceType, List<float[]> vectors, float[] query, int k, IntPredicate matches) {
    return IntStream.range(0, vectors.size())
        .filter(matches)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -score(spaceType, vectors.get(i), query)))
        .limit(k)
        .toList();
  }

  SearchRequestBuilder searchFor(QueryBuilder query) {
    return client().prepareSearch(INDEX).setQuery(query).setSize(1000).setFetchSource(false);
  }

  static QuantizedKnnQueryBuilder knn(float[] vector, int k) {
    return new QuantizedKnnQueryBuilder(FIELD, vector, k);
  }

  static List<Integer> ids(SearchResponse response) {
    assertEquals(response.toString(), 0, response.getFailedShards());
    assertEquals(response.getHits().getTotalHits().value(), response.getHits().getHits().length);
    List<Integer> ids = new ArrayList<>();
    for (SearchHit hit : response.getHits()) {
      ids.add(Integer.valueOf(hit.getId()));
    }
    return ids;
  }

  /** The part of the expected hits that are among the found ones. */
  static double recall(List<Integer> expected, List<Integer> found) {
    Set<Integer> common = new HashSet<>(expected);
    common.retainAll(found);
    return common.size() / (double) expected.size();
  }
}
