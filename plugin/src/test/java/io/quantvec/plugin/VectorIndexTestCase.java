/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/** A node with the plugin, indexes of random vectors, and the exact answers to queries on them. */
abstract class VectorIndexTestCase extends OpenSearchSingleNodeTestCase {

  static final String INDEX = "vectors";
  static final String FIELD = "embedding";
  static final int DIMENSION = 16;

  /** The space types of numbers. */
  static final List<SpaceType> SPACE_TYPES =
      List.of(SpaceType.L2, SpaceType.COSINESIMIL, SpaceType.INNERPRODUCT);

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

  /** A method's parameters with which every segment has a graph, also one of few vectors. */
  static final String ALWAYS_GRAPH =
      ", \"method\": {\"name\": \"hnsw\", \"parameters\": {\"approximate_threshold\": 0}}";

  void createVectorIndex(String parameters) {
    createIndexOf(mapping(parameters));
  }

  void createIndexOf(String mapping) {
    client()
        .admin()
        .indices()
        .prepareCreate(INDEX)
        .setSettings(indexSettings())
        .setMapping(mapping)
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
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      documents.add(document(i, vectors.get(i)));
    }
    indexDocuments(0, documents, segments);
  }

  /** Indexes documents under the ids that begin with the first, with a segment after each part. */
  void indexDocuments(int first, List<String> documents, int segments) {
    int perSegment = (documents.size() + segments - 1) / segments;
    for (int from = 0; from < documents.size(); from += perSegment) {
      BulkRequestBuilder bulk = client().prepareBulk();
      for (int i = from; i < Math.min(from + perSegment, documents.size()); i++) {
        bulk.add(
            client()
                .prepareIndex(INDEX)
                .setId(Integer.toString(first + i))
                .setSource(documents.get(i), XContentType.JSON));
      }
      BulkResponse response = bulk.get();
      assertFalse(response.buildFailureMessage(), response.hasFailures());
      client().admin().indices().prepareRefresh(INDEX).get();
    }
  }

  /** Whether segments are searched in parallel: all, auto or none. */
  void setConcurrentSearch(String mode) {
    client()
        .admin()
        .indices()
        .prepareUpdateSettings(INDEX)
        .setSettings(Settings.builder().put("index.search.concurrent_segment_search.mode", mode))
        .get();
  }

  void mergeToOneSegment() {
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    client().admin().indices().prepareRefresh(INDEX).get();
  }

  /** Closes the shard's engine and opens the shard again from what is on disk. */
  void reopen() {
    client().admin().indices().prepareFlush(INDEX).get();
    client().admin().indices().prepareClose(INDEX).get();
    client().admin().indices().prepareOpen(INDEX).get();
    ensureGreen(INDEX);
  }

  void updateMapping(String parameters) {
    client()
        .admin()
        .indices()
        .preparePutMapping(INDEX)
        .setSource(mapping(parameters), XContentType.JSON)
        .get();
  }

  IndexShard shard() {
    return getInstanceFromNode(IndicesService.class)
        .indexServiceSafe(resolveIndex(INDEX))
        .getShard(0);
  }

  /** The vectors as the segments give them back, by the field n. */
  Map<Integer, float[]> storedVectors() throws IOException {
    Map<Integer, float[]> stored = new HashMap<>();
    try (Engine.Searcher searcher = shard().acquireSearcher("test")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        FloatVectorValues vectors = leaf.reader().getFloatVectorValues(FIELD);
        SortedNumericDocValues numbers = leaf.reader().getSortedNumericDocValues("n");
        for (int ord = 0; ord < vectors.size(); ord++) {
          assertTrue(numbers.advanceExact(vectors.ordToDoc(ord)));
          stored.put((int) numbers.nextValue(), vectors.vectorValue(ord).clone());
        }
      }
    }
    return stored;
  }

  /** What each segment says of its codes. */
  List<SegmentField> quantizations() throws IOException {
    List<SegmentField> all = new ArrayList<>();
    try (Engine.Searcher searcher = shard().acquireSearcher("test")) {
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        all.add(QuantizedVectorValues.of(leaf.reader(), FIELD).quantization());
      }
    }
    return all;
  }

  /** How the mapping has new segments written. */
  QuantizationConfig mappedConfig() {
    IndexService service =
        getInstanceFromNode(IndicesService.class).indexServiceSafe(resolveIndex(INDEX));
    return ((QuantizedVectorFieldType) service.mapperService().fieldType(FIELD))
        .indexing()
        .config();
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
      case L2, HAMMING -> 1 / (1 + aa + bb - 2 * dot);
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
