/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import java.util.Collection;
import java.util.List;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.search.SearchPhaseExecutionException;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.sort.SortOrder;

/** What a node refuses, with which status, and that it goes on with the rest. */
public class QuantvecRefusalTests extends VectorIndexTestCase {

  /** Registers the k-NN plugin's setting, without which a node does not know it. */
  public static final class KnnSettingPlugin extends Plugin {
    @Override
    public List<Setting<?>> getSettings() {
      return List.of(Setting.boolSetting("index.knn", false, Setting.Property.IndexScope));
    }
  }

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(QuantvecPlugin.class, KnnSettingPlugin.class);
  }

  private static void assertRefused(Exception e, String... messages) {
    assertEquals(e.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(e));
    String all = ExceptionsHelper.stackTrace(e);
    for (String message : messages) {
      assertThat(all, containsString(message));
    }
  }

  private Exception creationFailure(Settings settings) {
    return expectThrows(
        Exception.class,
        () ->
            client()
                .admin()
                .indices()
                .prepareCreate(INDEX)
                .setSettings(settings)
                .setMapping(mapping(""))
                .get());
  }

  public void testCreationWithoutTheSetting() {
    assertRefused(creationFailure(Settings.EMPTY), "[embedding]", "[index.quantized_vector: true]");
  }

  public void testCreationForTheKnnPlugin() {
    assertRefused(
        creationFailure(Settings.builder().put("index.knn", true).build()),
        "[embedding]",
        "[index.knn: true]");
    assertRefused(
        creationFailure(Settings.builder().put(indexSettings()).put("index.knn", true).build()),
        "[index.knn: true]");
  }

  public void testMappingUpdateWithoutTheSetting() {
    client().admin().indices().prepareCreate(INDEX).get();
    Exception e =
        expectThrows(
            Exception.class,
            () ->
                client()
                    .admin()
                    .indices()
                    .preparePutMapping(INDEX)
                    .setSource(mapping(""), XContentType.JSON)
                    .get());
    assertRefused(e, "[embedding]", "[index.quantized_vector: true]");
  }

  public void testSettingIsFinal() {
    client().admin().indices().prepareCreate(INDEX).get();
    Exception e =
        expectThrows(
            Exception.class,
            () ->
                client()
                    .admin()
                    .indices()
                    .prepareUpdateSettings(INDEX)
                    .setSettings(Settings.builder().put("index.quantized_vector", true))
                    .get());
    assertRefused(e, "index.quantized_vector");
  }

  private void putTemplate(Settings settings, String mapping) throws Exception {
    ComposableIndexTemplate template =
        new ComposableIndexTemplate(
            List.of("logs-*"),
            new Template(settings, new CompressedXContent(mapping), null),
            null,
            null,
            null,
            null);
    client()
        .execute(
            PutComposableIndexTemplateAction.INSTANCE,
            new PutComposableIndexTemplateAction.Request("logs").indexTemplate(template))
        .actionGet();
  }

  public void testTemplates() throws Exception {
    assertRefused(
        expectThrows(Exception.class, () -> putTemplate(Settings.EMPTY, mapping(""))),
        "[index.quantized_vector: true]");
    assertRefused(
        expectThrows(
            Exception.class, () -> putTemplate(indexSettings(), mapping(", \"bytes\": 1"))),
        "unknown parameter [bytes]");
    putTemplate(indexSettings(), mapping(""));
    client()
        .prepareIndex("logs-1")
        .setId("1")
        .setSource(document(1, new float[DIMENSION]), XContentType.JSON)
        .get();
    client().admin().indices().prepareRefresh("logs-1").get();
    assertEquals(
        1,
        client()
            .prepareSearch("logs-1")
            .setQuery(knn(new float[DIMENSION], 3))
            .get()
            .getHits()
            .getHits()
            .length);
  }

  public void testBulkGoesOnAfterBadDocuments() {
    createVectorIndex(", \"space_type\": \"cosinesimil\", \"precision\": \"fp16\"");
    String good = document(0, randomVectors(1).get(0));
    String zeros = "0,".repeat(DIMENSION - 2);
    List<String> bad =
        List.of(
            "{\"embedding\": [1, 2]}",
            "{\"embedding\": [" + zeros + "0, 0]}",
            "{\"embedding\": [" + zeros + "0, 1e39]}",
            "{\"embedding\": [" + zeros + "0, 70000]}",
            "{\"embedding\": [" + zeros + "0, \"NaN\"]}",
            "{\"embedding\": [" + zeros + "0, null]}",
            "{\"embedding\": [[" + zeros + "0, 1]]}",
            "{\"embedding\": {\"values\": [" + zeros + "0, 1]}}",
            "{\"embedding\": \"AAAA\"}",
            "{\"embedding\": 1}");
    BulkRequestBuilder bulk = client().prepareBulk();
    for (String document : bad) {
      bulk.add(client().prepareIndex(INDEX).setSource(good, XContentType.JSON));
      bulk.add(client().prepareIndex(INDEX).setSource(document, XContentType.JSON));
    }
    BulkResponse response = bulk.get();
    for (BulkItemResponse item : response) {
      boolean expectedBad = item.getItemId() % 2 == 1;
      assertEquals(item.getFailureMessage(), expectedBad, item.isFailed());
      if (expectedBad) {
        assertEquals(RestStatus.BAD_REQUEST, item.status());
        assertThat(
            item.getFailureMessage(),
            containsString("field [embedding] of type [quantized_vector]"));
      }
    }
    client().admin().indices().prepareRefresh(INDEX).get();
    assertEquals(bad.size(), knnHits(100));
  }

  private long knnHits(int k) {
    float[] query = new float[DIMENSION];
    query[0] = 1;
    return searchFor(knn(query, k)).get().getHits().getTotalHits().value();
  }

  public void testBadQueries() {
    createVectorIndex("");
    for (var query :
        List.of(
            knn(new float[3], 1),
            new QuantizedKnnQueryBuilder("n", new float[3], 1),
            new QuantizedKnnQueryBuilder("no", new float[3], 1))) {
      Exception e = expectThrows(SearchPhaseExecutionException.class, () -> searchFor(query).get());
      assertRefused(e, "[quantized_knn]", "field [" + query.field() + "]");
    }
    Exception e =
        expectThrows(
            SearchPhaseExecutionException.class,
            () -> searchFor(QueryBuilders.termQuery(FIELD, 1)).get());
    assertRefused(e, "[embedding]", "[quantized_knn]");
    e =
        expectThrows(
            SearchPhaseExecutionException.class,
            () -> searchFor(QueryBuilders.matchAllQuery()).addSort(FIELD, SortOrder.ASC).get());
    assertRefused(e, "[embedding]");
  }
}
