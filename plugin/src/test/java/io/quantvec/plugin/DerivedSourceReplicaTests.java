/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.indices.replication.common.ReplicationType;
import org.opensearch.search.SearchHit;
import org.opensearch.test.InternalTestCluster;

/** That a copy of a shard has every vector, whichever way it came by its documents. */
public class DerivedSourceReplicaTests extends VectorClusterTestCase {

  private static final int DIMENSION = 8;

  private final Map<String, Map<String, Object>> sent = new HashMap<>();

  /** How far vectors may be from those that were sent, as a share of their length. */
  private double tolerance;

  private void createIndex(ReplicationType replication, String parameters) {
    assertAcked(
        prepareCreate(INDEX)
            .setSettings(
                Settings.builder()
                    .put("index.quantized_vector", true)
                    .put("index.number_of_shards", 1)
                    .put("index.number_of_replicas", 0)
                    .put("index.replication.type", replication.toString())
                    .put("index.unassigned.node_left.delayed_timeout", "60s"))
            .setMapping(
                "{\"properties\": {\"e\": {\"type\": \"quantized_vector\", \"dimension\": "
                    + DIMENSION
                    + parameters
                    + "}, \"c\": {\"type\": \"nested\", \"properties\": {\"e\": {\"type\":"
                    + " \"quantized_vector\", \"dimension\": 2}}}}}"));
  }

  private void send(int first, int count) {
    for (int i = first; i < first + count; i++) {
      float[] vector = new float[DIMENSION];
      for (int d = 0; d < DIMENSION; d++) {
        vector[d] = (float) random().nextGaussian();
      }
      String json =
          "{\"n\":"
              + i
              + ",\"e\":"
              + Arrays.toString(vector)
              + ",\"c\":[{\"e\":[1.5,"
              + i
              + "]},{\"e\":[2,"
              + i
              + "]}]}";
      client().prepareIndex(INDEX).setId("" + i).setSource(json, XContentType.JSON).get();
      sent.put("" + i, parsed(json));
    }
  }

  private void update(int first, int count) {
    for (int i = first; i < first + count; i++) {
      client().prepareUpdate(INDEX, "" + i).setDoc("t", "updated").get();
      sent.get("" + i).put("t", "updated");
    }
  }

  private static Map<String, Object> parsed(String json) {
    return XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON).v2();
  }

  private void setReplicas(int replicas) {
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings(INDEX)
            .setSettings(Settings.builder().put("index.number_of_replicas", replicas)));
    ensureGreen(INDEX);
  }

  private void assertEveryCopyIsComplete(int copies) throws Exception {
    refresh(INDEX);
    for (String preference : copies == 1 ? List.of("_primary") : List.of("_primary", "_replica")) {
      eventually(
          () -> {
            SearchResponse response =
                client().prepareSearch(INDEX).setPreference(preference).setSize(1000).get();
            Map<String, Map<String, Object>> found = new HashMap<>();
            for (SearchHit hit : response.getHits()) {
              found.put(hit.getId(), hit.getSourceAsMap());
            }
            assertEquals(preference, sent.keySet(), found.keySet());
            for (Map.Entry<String, Map<String, Object>> document : found.entrySet()) {
              assertNear(preference, sent.get(document.getKey()), document.getValue());
            }
          });
    }
  }

  /** The same but for the vector, which is as near as its field keeps it. */
  private void assertNear(String message, Map<String, Object> expected, Map<String, Object> found) {
    Map<String, Object> expectedRest = new HashMap<>(expected);
    Map<String, Object> foundRest = new HashMap<>(found);
    List<?> vector = (List<?>) expectedRest.remove("e");
    List<?> stored = (List<?>) foundRest.remove("e");
    assertEquals(message, expectedRest, foundRest);
    double squares = 0;
    double missed = 0;
    for (int d = 0; d < DIMENSION; d++) {
      float value = ((Number) vector.get(d)).floatValue();
      squares += value * value;
      missed += Math.pow(value - ((Number) stored.get(d)).floatValue(), 2);
    }
    double error = Math.sqrt(missed / squares);
    assertTrue(message + " has an error of " + error, error <= tolerance);
  }

  private void recover(ReplicationType replication, String rerank) throws Exception {
    internalCluster().startClusterManagerOnlyNode();
    internalCluster().startDataOnlyNodes(2);
    createIndex(replication, ", \"precision\": \"int4\", \"rerank\": \"" + rerank + "\"");
    send(0, 30);
    flush(INDEX);
    send(30, 10);
    update(5, 10);
    // The files, and what is not in a file yet.
    setReplicas(1);
    assertEveryCopyIsComplete(2);
    // What is indexed and updated while there are two copies.
    send(40, 10);
    update(25, 20);
    assertEveryCopyIsComplete(2);
    // Operations only: the copy has nearly all, and gets the rest one by one.
    flush(INDEX);
    internalCluster()
        .restartNode(
            nodeOf(INDEX, false),
            new InternalTestCluster.RestartCallback() {
              @Override
              public Settings onNodeStopped(String nodeName) {
                send(50, 10);
                update(45, 10);
                refresh(INDEX);
                flush(INDEX);
                return Settings.EMPTY;
              }
            });
    ensureGreen(INDEX);
    assertEveryCopyIsComplete(2);
    // The other copy takes over.
    internalCluster().stopRandomNode(InternalTestCluster.nameFilter(nodeOf(INDEX, true)));
    ensureYellow(INDEX);
    update(0, 60);
    assertEveryCopyIsComplete(1);
    client().admin().indices().prepareForceMerge(INDEX).setMaxNumSegments(1).get();
    assertEveryCopyIsComplete(1);
  }

  public void testDocumentReplication() throws Exception {
    recover(ReplicationType.DOCUMENT, "fp32");
  }

  public void testSegmentReplication() throws Exception {
    recover(ReplicationType.SEGMENT, "fp32");
  }

  /** Operations that a copy missed come with the vectors of the primary's copies of 8 bits. */
  public void testCopiesOf8Bits() throws Exception {
    // Two steps of 1/127 of the largest component, and copies of copies.
    tolerance = .03;
    recover(randomFrom(ReplicationType.values()), "int8");
  }
}
