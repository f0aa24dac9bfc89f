/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Rescore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.get.MultiGetItemResponse;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.cluster.health.ClusterHealthStatus;
import org.opensearch.cluster.routing.allocation.command.MoveAllocationCommand;
import org.opensearch.common.CheckedConsumer;
import org.opensearch.common.CheckedRunnable;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.indices.breaker.HierarchyCircuitBreakerService;
import org.opensearch.indices.replication.common.ReplicationType;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/**
 * A cluster of nodes in one JVM that speak to each other as nodes do, an index of vectors on it,
 * and the exact answers to queries. Beside it stands a control: an index of the same documents and
 * copies without a vector.
 */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0)
abstract class VectorClusterTestCase extends OpenSearchIntegTestCase {

  static final String INDEX = "vectors";
  static final String CONTROL = "control";

  /** A graph over few bits. */
  static final String GRAPH = "graph";

  /** No graph, and rerank copies: its best hits are the nearest documents. */
  static final String SCAN = "scan";

  static final int DIMENSION = 16;
  static final int K = 10;

  /** The ids of documents that have to be there. */
  final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(QuantvecPlugin.class);
  }

  @Override
  protected boolean addMockInternalEngine() {
    return false;
  }

  /**
   * As the framework draws them, but for a breaker that never breaks, which it gives some nodes.
   */
  @Override
  protected Settings nodeSettings(int nodeOrdinal) {
    return Settings.builder()
        .put(super.nodeSettings(nodeOrdinal))
        .put(
            HierarchyCircuitBreakerService.REQUEST_CIRCUIT_BREAKER_TYPE_SETTING.getKey(),
            CircuitBreaker.Type.MEMORY.toString())
        .build();
  }

  /** Waits longer than the framework's half a minute: the machine may be busy with much else. */
  @Override
  public ClusterHealthStatus ensureGreen(String... indices) {
    return ensureGreen(TimeValue.timeValueMinutes(3), indices);
  }

  /** Waits longer than {@link #assertBusy(CheckedRunnable)} until something holds. */
  static void eventually(CheckedRunnable<Exception> holds) throws Exception {
    assertBusy(holds, 1, TimeUnit.MINUTES);
  }

  /** With a node that only takes requests, so that every search crosses the wire. */
  void startCluster(int managers, int dataNodes) {
    internalCluster().startClusterManagerOnlyNodes(managers);
    internalCluster().startDataOnlyNodes(dataNodes);
    internalCluster().startCoordinatingOnlyNode(Settings.EMPTY);
  }

  /**
   * Both kinds of replication in a run of the full matrix, each on the same nodes without indexes,
   * otherwise one by chance.
   */
  void withReplication(CheckedConsumer<ReplicationType, Exception> test) throws Exception {
    boolean all = Boolean.getBoolean("tests.full.matrix");
    List<ReplicationType> kinds = List.of(ReplicationType.values());
    for (ReplicationType replication : all ? kinds : List.of(randomFrom(kinds))) {
      test.accept(replication);
      assertAcked(client().admin().indices().prepareDelete("*"));
      acknowledged.clear();
    }
  }

  static Client coordinator() {
    return internalCluster().coordOnlyNodeClient();
  }

  void createIndexes(ReplicationType replication, int shards, int replicas) {
    Settings.Builder settings =
        Settings.builder()
            .put("index.number_of_shards", shards)
            .put("index.number_of_replicas", replicas)
            .put("index.replication.type", replication.toString())
            // Shards are where a test has put them, and a copy that is lost is replaced at once.
            .put("index.routing.rebalance.enable", "none")
            .put("index.unassigned.node_left.delayed_timeout", 0);
    assertAcked(
        prepareCreate(CONTROL)
            .setSettings(settings)
            .setMapping("{\"properties\": {\"n\": {\"type\": \"float\"}}}"));
    assertAcked(
        prepareCreate(INDEX)
            .setSettings(settings.put("index.quantized_vector", true))
            .setMapping(
                "{\"properties\": {\""
                    + GRAPH
                    + "\": {\"type\": \"quantized_vector\", \"dimension\": 16, \"precision\":"
                    + " \"int4\", \"method\": {\"name\": \"hnsw\", \"parameters\":"
                    + " {\"approximate_threshold\": 0}}}, \""
                    + SCAN
                    + "\": {\"type\": \"quantized_vector\", \"dimension\": 16, \"precision\":"
                    + " \"int8\", \"method\": {\"name\": \"flat\"}}}}"));
    ensureGreen(INDEX, CONTROL);
  }

  /** The vector of a document: in clusters, as embeddings are. */
  static float[] vector(int id) {
    Random center = new Random(id % 8);
    Random own = new Random(1000 + id);
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) (center.nextGaussian() + 0.7 * own.nextGaussian());
    }
    return vector;
  }

  /** Indexes documents, each into both indexes, which are acknowledged then. */
  void index(Client client, int first, int count) {
    BulkRequestBuilder bulk = client.prepareBulk();
    for (int id = first; id < first + count; id++) {
      // As a copy spells it that gets the document from files: the platform asserts in tests, and
      // only there, that an operation which comes a second time has the same bytes.
      String vector = Arrays.toString(vector(id)).replace(" ", "");
      bulk.add(
          client
              .prepareIndex(INDEX)
              .setId("" + id)
              .setSource(
                  "{\"" + GRAPH + "\": " + vector + ", \"" + SCAN + "\": " + vector + "}",
                  XContentType.JSON));
      bulk.add(
          client
              .prepareIndex(CONTROL)
              .setId("" + id)
              .setSource("{\"n\": " + id + "}", XContentType.JSON));
    }
    BulkResponse response = bulk.get();
    assertFalse(response.buildFailureMessage(), response.hasFailures());
    for (int id = first; id < first + count; id++) {
      acknowledged.add(id);
    }
  }

  /** Several segments with deleted documents in them, the last part in no file yet. */
  void indexWithHistory(int count) {
    index(client(), 0, count / 2);
    flush(INDEX, CONTROL);
    index(client(), count / 4, count / 2);
    refresh(INDEX, CONTROL);
    for (int id = 0; id < count / 10; id++) {
      client().prepareDelete(INDEX, "" + id).get();
      client().prepareDelete(CONTROL, "" + id).get();
      acknowledged.remove(id);
    }
    index(client(), 3 * count / 4, count - 3 * count / 4);
    refresh(INDEX, CONTROL);
  }

  static SearchRequestBuilder nearest(
      Client client, String index, String field, float[] query, int k) {
    return client
        .prepareSearch(index)
        .setQuery(new QuantizedKnnQueryBuilder(field, query, k).rescore(Rescore.ON))
        .setFetchSource(false)
        .setSize(k);
  }

  /** A hit and the score that a client sees. */
  record Scored(int id, float score) {}

  static List<Scored> hits(SearchResponse response) {
    assertEquals(response.toString(), 0, response.getFailedShards());
    List<Scored> hits = new ArrayList<>();
    for (SearchHit hit : response.getHits()) {
      hits.add(new Scored(Integer.parseInt(hit.getId()), hit.getScore()));
    }
    return hits;
  }

  static double score(int id, float[] query) {
    float[] vector = vector(id);
    double squares = 0;
    for (int d = 0; d < DIMENSION; d++) {
      squares += Math.pow((double) vector[d] - query[d], 2);
    }
    return 1 / (1 + squares);
  }

  List<Integer> exact(float[] query) {
    return acknowledged.stream()
        .sorted(Comparator.comparingDouble(id -> -score(id, query)))
        .limit(K)
        .toList();
  }

  /** Queries that no document equals. */
  static List<float[]> queries() {
    List<float[]> queries = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      queries.add(vector(1_000_000 + i));
    }
    return queries;
  }

  /** The scan finds the nearest documents with their scores, and the graph nearly all of them. */
  void assertFindsNearest(String index, String preference) {
    double recall = 0;
    for (float[] query : queries()) {
      List<Integer> expected = exact(query);
      List<Scored> found =
          hits(nearest(client(), index, SCAN, query, K).setPreference(preference).get());
      assertEquals(index + preference, expected, found.stream().map(Scored::id).toList());
      for (Scored hit : found) {
        double exact = score(hit.id, query);
        assertEquals(index + preference, exact, hit.score, 1e-4 * exact);
      }
      Set<Integer> common = new HashSet<>(expected);
      hits(nearest(client(), index, GRAPH, query, K).setPreference(preference).get())
          .forEach(hit -> common.remove(hit.id));
      recall += (K - common.size()) / (double) K / queries().size();
    }
    assertTrue(index + preference + " recall " + recall, recall >= 0.95);
  }

  /** Every document that has to be there, and no other, by id and as the nearest to itself. */
  void assertComplete(String index, String preference) {
    Set<Integer> found = new HashSet<>();
    nearest(client(), index, SCAN, vector(0), 10_000)
        .setPreference(preference)
        .get()
        .getHits()
        .forEach(hit -> found.add(Integer.valueOf(hit.getId())));
    assertEquals(index + preference, acknowledged, found);
    for (MultiGetItemResponse item :
        client()
            .prepareMultiGet()
            .add(index, acknowledged.stream().map(id -> "" + id).toList())
            .get()) {
      assertTrue(index + " has lost " + item.getId(), item.getResponse().isExists());
    }
    int asked = 0;
    for (int id : acknowledged) {
      for (String field : List.of(GRAPH, SCAN)) {
        SearchResponse response =
            nearest(client(), index, field, vector(id), 1).setPreference(preference).get();
        assertEquals(index + " " + field, List.of(new Scored(id, 1)), hits(response));
      }
      if (++asked == 30) {
        break;
      }
    }
  }

  String nodeOf(String index, boolean primary) {
    return clusterService()
        .state()
        .nodes()
        .get(
            clusterService().state().routingTable().index(index).shard(0).getShards().stream()
                .filter(shard -> shard.primary() == primary)
                .findFirst()
                .orElseThrow()
                .currentNodeId())
        .getName();
  }

  /** Moves the only primary shard of an index to another node with data. */
  void moveShard(String index) throws Exception {
    String from = nodeOf(index, true);
    String to =
        internalCluster().getDataNodeNames().stream()
            .filter(node -> !node.equals(from))
            .findFirst()
            .orElseThrow();
    client()
        .admin()
        .cluster()
        .prepareReroute()
        .add(new MoveAllocationCommand(index, 0, from, to))
        .get();
    ensureGreen(index);
    eventually(() -> assertEquals(to, nodeOf(index, true)));
  }
}
