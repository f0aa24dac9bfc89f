/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Rescore;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.opensearch.OpenSearchException;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.index.mapper.MapperParsingException;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** Limits of the operator hold for what comes, and break nothing that is there. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0)
public class QuantvecLimitsTests extends OpenSearchIntegTestCase {

  private static final String INDEX = "vectors";
  private static final String FIELD = "embedding";
  private static final int DIMENSION = 16;

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(QuantvecPlugin.class);
  }

  @Override
  protected boolean addMockInternalEngine() {
    return false;
  }

  private static String mapping(int dimension) {
    return "{\"properties\": {\""
        + FIELD
        + "\": {\"type\": \"quantized_vector\", \"dimension\": "
        + dimension
        + "}}}";
  }

  private void create(String index, int dimension) {
    assertAcked(
        prepareCreate(index)
            .setSettings(
                Settings.builder()
                    .put("index.quantized_vector", true)
                    .put("index.number_of_shards", 1)
                    .put("index.number_of_replicas", 0))
            .setMapping(mapping(dimension)));
    ensureGreen(index);
  }

  private void index(String index, int id) {
    float[] vector = new float[DIMENSION];
    vector[0] = id;
    client()
        .prepareIndex(index)
        .setId("" + id)
        .setSource("{\"" + FIELD + "\": " + Arrays.toString(vector) + "}", XContentType.JSON)
        .get();
    refresh(index);
  }

  private void set(String limit, Object value) {
    assertAcked(
        client()
            .admin()
            .cluster()
            .prepareUpdateSettings()
            .setPersistentSettings(
                Settings.builder()
                    .put("plugins.quantized_vector." + limit, value == null ? null : "" + value)));
  }

  private static QuantizedKnnQueryBuilder knn(int k) {
    return new QuantizedKnnQueryBuilder(FIELD, new float[DIMENSION], k);
  }

  private long hits(String index, QuantizedKnnQueryBuilder query) {
    SearchResponse response = client().prepareSearch(index).setQuery(query).get();
    assertEquals(response.toString(), 0, response.getFailedShards());
    return response.getHits().getTotalHits().value();
  }

  private void assertRefused(QuantizedKnnQueryBuilder query, String... messages) {
    OpenSearchException e =
        expectThrows(
            OpenSearchException.class, () -> client().prepareSearch(INDEX).setQuery(query).get());
    assertEquals(400, e.status().getStatus());
    for (String message : messages) {
      assertThat(e.toString() + e.getCause(), containsString(message));
    }
  }

  public void testQueriesAreHeldToTheLimitsOfTheMoment() {
    internalCluster().startNode();
    create(INDEX, DIMENSION);
    for (int id = 0; id < 5; id++) {
      index(INDEX, id);
    }
    set("max_k", 2);
    assertRefused(knn(3), FIELD, "[k]", "[2]", "[3]", "plugins.quantized_vector.max_k");
    assertEquals(2, hits(INDEX, knn(2)));
    set("max_k", null);
    assertEquals(5, hits(INDEX, knn(5)));

    set("max_ef_search", 50);
    assertRefused(
        knn(3).efSearch(51),
        FIELD,
        "[ef_search]",
        "[50]",
        "[51]",
        "quantized_vector.max_ef_search");
    assertEquals(3, hits(INDEX, knn(3).efSearch(50)));
    // The default of 100 is not what the query asked for.
    assertEquals(3, hits(INDEX, knn(3)));

    set("max_oversample_factor", 1.5);
    assertRefused(
        knn(3).rescore(Rescore.factor(2)),
        FIELD,
        "[oversample_factor]",
        "[1.5]",
        "[2.0]",
        "plugins.quantized_vector.max_oversample_factor");
    assertEquals(3, hits(INDEX, knn(3).rescore(Rescore.factor(1.5f))));
    assertEquals(3, hits(INDEX, knn(3).rescore(Rescore.ON)));
  }

  public void testLimitsOfTheNodesOwnConfiguration() {
    internalCluster()
        .startNode(
            Settings.builder()
                .put("plugins.quantized_vector.max_k", 4)
                .put("plugins.quantized_vector.max_dimension", DIMENSION)
                .build());
    expectThrows(MapperParsingException.class, () -> create(INDEX, DIMENSION + 1));
    create(INDEX, DIMENSION);
    assertRefused(knn(5), "[k]", "[4]", "[5]");
    assertEquals(0, hits(INDEX, knn(4)));
  }

  public void testLimitsCanOnlyBeLowered() {
    internalCluster().startNode();
    for (String limit :
        List.of("max_dimension", "max_k", "max_ef_search", "max_oversample_factor")) {
      for (int bad : new int[] {0, 16001}) {
        IllegalArgumentException e =
            expectThrows(IllegalArgumentException.class, () -> set(limit, bad));
        assertThat(e.getMessage(), containsString("plugins.quantized_vector." + limit));
      }
    }
  }

  private void backUp(String name, String index) {
    client()
        .admin()
        .cluster()
        .prepareCreateSnapshot("backups", name)
        .setWaitForCompletion(true)
        .setIndices(index)
        .get();
  }

  private void restore(String name, String index) {
    client()
        .admin()
        .cluster()
        .prepareRestoreSnapshot("backups", name)
        .setWaitForCompletion(true)
        .setRenamePattern(index)
        .setRenameReplacement("restored-" + index)
        .get();
    ensureGreen("restored-" + index);
  }

  /** What an operator lowers may not keep a node from opening what there is. */
  public void testIndexesOutliveALowerLimitOfTheDimension() throws Exception {
    String node = internalCluster().startNode();
    create(INDEX, DIMENSION);
    index(INDEX, 1);
    assertAcked(
        client()
            .admin()
            .cluster()
            .preparePutRepository("backups")
            .setType("fs")
            .setSettings(Settings.builder().put("location", randomRepoPath())));
    backUp("before", INDEX);

    set("max_dimension", 8);
    Exception e = expectThrows(MapperParsingException.class, () -> create("later", DIMENSION));
    for (String message :
        List.of(FIELD, "[dimension]", "[8]", "[16]", "plugins.quantized_vector.max_dimension")) {
      assertThat(e.getMessage(), containsString(message));
    }
    create("small", 8);
    backUp("after", "small");
    assertAcked(
        client()
            .admin()
            .indices()
            .preparePutMapping(INDEX)
            .setSource(mapping(DIMENSION).replace(FIELD, "another"), XContentType.JSON));

    assertAcked(client().admin().indices().prepareClose(INDEX));
    assertAcked(client().admin().indices().prepareOpen(INDEX));
    ensureGreen(INDEX);
    internalCluster().restartNode(node);
    ensureGreen(INDEX, "small");
    index(INDEX, 2);
    assertEquals(2, hits(INDEX, knn(5)));

    internalCluster().startNode();
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings(INDEX)
            .setSettings(Settings.builder().put("index.number_of_replicas", 1)));
    ensureGreen(INDEX);

    restore("before", INDEX);
    assertEquals(1, hits("restored-" + INDEX, knn(5)));
    restore("after", "small");

    // An index keeps the limit of its creation: what may be in it depends on no later setting.
    set("max_dimension", null);
    Exception small =
        expectThrows(
            MapperParsingException.class,
            () ->
                client()
                    .admin()
                    .indices()
                    .preparePutMapping("small")
                    .setSource(mapping(DIMENSION).replace(FIELD, "another"), XContentType.JSON)
                    .get());
    assertThat(small.getMessage(), containsString("when the index was created"));
    create("later", DIMENSION);
  }

  public void testTheLimitOfAnIndexIsNobodysToSet() {
    internalCluster().startNode();
    set("max_dimension", 8);
    for (String value : new String[] {"16000", null}) {
      Exception e =
          expectThrows(
              IllegalArgumentException.class,
              () ->
                  prepareCreate(INDEX)
                      .setSettings(
                          Settings.builder()
                              .put("index.quantized_vector", true)
                              .put("index.quantized_vector.max_dimension", value))
                      .get());
      assertThat(e.getMessage(), containsString("private index setting"));
    }
  }
}
