/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import java.util.List;
import java.util.function.Consumer;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.cluster.snapshots.restore.RestoreSnapshotRequestBuilder;
import org.opensearch.action.admin.indices.datastream.CreateDataStreamAction;
import org.opensearch.action.admin.indices.datastream.DeleteDataStreamAction;
import org.opensearch.action.admin.indices.shrink.ResizeRequest;
import org.opensearch.action.admin.indices.shrink.ResizeType;
import org.opensearch.action.admin.indices.template.put.PutComposableIndexTemplateAction;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.DataStream;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.rest.RestStatus;

/** That an index which is made from another one keeps the settings that its files need. */
public class KeptSettingsTests extends VectorIndexTestCase {

  private static final String KEY = "index.quantized_vector";
  private static final String LIMIT = "index.quantized_vector.max_dimension";
  private static final String COPY = "copy";

  @Override
  public void tearDown() throws Exception {
    lowerLimit(null);
    try {
      client()
          .execute(
              DeleteDataStreamAction.INSTANCE,
              new DeleteDataStreamAction.Request(new String[] {"*"}))
          .actionGet();
      if (!client().admin().cluster().prepareGetRepositories().get().repositories().isEmpty()) {
        client().admin().cluster().prepareDeleteSnapshot("backups", "*").get();
        client().admin().cluster().prepareDeleteRepository("backups").get();
      }
    } finally {
      super.tearDown();
    }
  }

  private void createSource() throws Exception {
    createVectorIndex(", \"precision\": \"int8\"");
    index(randomVectors(5), 1);
  }

  private void backUp(String... indexes) {
    assertAcked(
        client()
            .admin()
            .cluster()
            .preparePutRepository("backups")
            .setType("fs")
            .setSettings(Settings.builder().put("location", getTestName())));
    client()
        .admin()
        .cluster()
        .prepareCreateSnapshot("backups", "one")
        .setIndices(indexes)
        .setWaitForCompletion(true)
        .get();
  }

  private RestoreSnapshotRequestBuilder restore(String index) {
    return client()
        .admin()
        .cluster()
        .prepareRestoreSnapshot("backups", "one")
        .setIndices(index)
        .setRenamePattern("(.+)")
        .setRenameReplacement(COPY)
        .setWaitForCompletion(true);
  }

  private void assertRefused(Runnable request, String... messages) {
    Exception e = expectThrows(Exception.class, request::run);
    assertEquals(e.toString(), RestStatus.BAD_REQUEST, ExceptionsHelper.status(e));
    for (String message : messages) {
      assertThat(e.toString(), containsString(message));
    }
    assertFalse(client().admin().indices().prepareExists(COPY).get().isExists());
  }

  private void assertRestoreRefused(
      String index, Consumer<RestoreSnapshotRequestBuilder> change, String... messages) {
    RestoreSnapshotRequestBuilder request = restore(index);
    change.accept(request);
    assertRefused(request::get, messages);
  }

  private static Settings given(String key, String value) {
    return Settings.builder().put(key, value).build();
  }

  private String setting(String key) {
    return client().admin().indices().prepareGetSettings(COPY).get().getSetting(COPY, key);
  }

  private void deleteCopy() {
    ensureGreen(COPY);
    assertAcked(client().admin().indices().prepareDelete(COPY));
  }

  public void testRestoreKeepsTheSetting() throws Exception {
    createSource();
    backUp(INDEX);
    String[] said = {"[" + KEY + ": true]", "[" + INDEX + "]", "remove [" + KEY + "]"};
    for (String value : new String[] {"false", null}) {
      for (String key : List.of(KEY, "quantized_vector")) {
        assertRestoreRefused(INDEX, r -> r.setIndexSettings(given(key, value)), said);
      }
    }
    for (String ignored : List.of(KEY, "index.quantized*", "*", "*vector")) {
      assertRestoreRefused(INDEX, r -> r.setIgnoreIndexSettings(ignored), said);
      assertRestoreRefused("*", r -> r.setIgnoreIndexSettings(ignored), said);
    }
    assertRestoreRefused(
        INDEX, r -> r.setPartial(true).setIndexSettings(given(KEY, "false")), said);
    assertRestoreRefused(
        INDEX, r -> r.setIndexSettings(given("index.knn", "true")), "[index.knn: true]", INDEX);
    // What says the same, or something else.
    restore(INDEX)
        .setIndexSettings(given(KEY, "true"))
        .setIgnoreIndexSettings("index.refresh_interval")
        .get();
    assertEquals("true", setting(KEY));
    deleteCopy();
    restore(INDEX).setIgnoreIndexSettings(KEY).setIndexSettings(given(KEY, "true")).get();
    assertEquals("true", setting(KEY));
    deleteCopy();
  }

  public void testRestoreKeepsTheLimitOfTheDimension() throws Exception {
    lowerLimit("32");
    createSource();
    backUp(INDEX);
    String[] said = {"[" + LIMIT + "]", "[" + INDEX + "]", "[32]"};
    for (String value : new String[] {"16000", "20", null}) {
      assertRestoreRefused(INDEX, r -> r.setIndexSettings(given(LIMIT, value)), said);
    }
    for (String ignored : List.of(LIMIT, "index.quantized_vector.*", "*dimension")) {
      assertRestoreRefused(INDEX, r -> r.setIgnoreIndexSettings(ignored), said);
    }
    lowerLimit(null);
    restore(INDEX).get();
    assertEquals("32", setting(LIMIT));
    deleteCopy();
  }

  public void testRestoreMayAddTheSetting() {
    createIndex("plain", Settings.builder().put("index.number_of_shards", 1).build());
    client().prepareIndex("plain").setId("1").setSource("n", 1).get();
    createIndex(INDEX, indexSettings());
    backUp(INDEX, "plain");
    restore("plain").setIndexSettings(given(KEY, "true")).get();
    ensureGreen(COPY);
    assertNull(setting(LIMIT));
    assertAcked(
        client()
            .admin()
            .indices()
            .preparePutMapping(COPY)
            .setSource(mapping("").replace("\"n\"", "\"m\""), XContentType.JSON));
    deleteCopy();

    lowerLimit("8");
    restore("plain").setIndexSettings(given(KEY, "true")).get();
    assertEquals("8", setting(LIMIT));
    deleteCopy();
    assertRefused(
        () ->
            restore("*")
                .setRenameReplacement(COPY + "-$1")
                .setIndexSettings(given(KEY, "true"))
                .get(),
        "plugins.quantized_vector.max_dimension",
        "separate requests");
  }

  public void testRestoreOfADataStreamKeepsTheSetting() throws Exception {
    ComposableIndexTemplate template =
        new ComposableIndexTemplate(
            List.of("stream*"),
            new Template(indexSettings(), new CompressedXContent(mapping("")), null),
            null,
            null,
            null,
            null,
            new ComposableIndexTemplate.DataStreamTemplate(
                new DataStream.TimestampField("@timestamp")));
    assertAcked(
        client()
            .execute(
                PutComposableIndexTemplateAction.INSTANCE,
                new PutComposableIndexTemplateAction.Request("stream").indexTemplate(template))
            .actionGet());
    assertAcked(
        client()
            .execute(CreateDataStreamAction.INSTANCE, new CreateDataStreamAction.Request("stream"))
            .actionGet());
    backUp("stream");
    for (String name : List.of("stream", "str*", ".ds-stream-000001")) {
      assertRestoreRefused(
          name, r -> r.setIgnoreIndexSettings(KEY), "[" + KEY + ": true]", ".ds-stream-000001");
    }
  }

  /** The platform says what is wrong with those. */
  public void testOtherFailuresOfARestoreAreThePlatforms() throws Exception {
    createSource();
    backUp(INDEX);
    for (RestoreSnapshotRequestBuilder request :
        List.of(
            client().admin().cluster().prepareRestoreSnapshot("nowhere", "one"),
            client().admin().cluster().prepareRestoreSnapshot("backups", "two"))) {
      Exception e =
          expectThrows(Exception.class, () -> request.setIndexSettings(given(KEY, "false")).get());
      assertThat(
          e.toString(),
          containsString(
              "backups".equals(request.request().repository()) ? "does not exist" : "missing"));
    }
  }

  private void lowerLimit(String value) {
    assertAcked(
        client()
            .admin()
            .cluster()
            .prepareUpdateSettings()
            .setPersistentSettings(
                Settings.builder().put("plugins.quantized_vector.max_dimension", value)));
  }

  private void block(String index) {
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings(index)
            .setSettings(Settings.builder().put("index.blocks.write", true)));
  }

  private Runnable resize(String index, ResizeType type, Settings given) {
    return () -> {
      ResizeRequest request = new ResizeRequest(COPY, index);
      request.setResizeType(type);
      request
          .getTargetIndexRequest()
          .settings(
              Settings.builder()
                  .put(
                      "index.number_of_shards",
                      switch (type) {
                        case SPLIT -> 4;
                        case CLONE -> 2;
                        case SHRINK -> 1;
                      })
                  .put("index.number_of_replicas", 0)
                  .putNull("index.blocks.write")
                  .put(given));
      request.setWaitForActiveShards(0);
      assertAcked(client().admin().indices().resizeIndex(request).actionGet());
    };
  }

  public void testResizeKeepsTheSettings() {
    lowerLimit("32");
    assertAcked(
        client()
            .admin()
            .indices()
            .prepareCreate(INDEX)
            .setSettings(Settings.builder().put(indexSettings()).put("index.number_of_shards", 2))
            .setMapping(mapping("")));
    block(INDEX);
    for (ResizeType type : ResizeType.values()) {
      for (Settings settings :
          List.of(given(KEY, "false"), given(KEY, null), given("quantized_vector", "false"))) {
        assertRefused(resize(INDEX, type, settings), "[" + KEY + ": true]", INDEX);
      }
      for (String value : new String[] {"16000", null}) {
        assertRefused(resize(INDEX, type, given(LIMIT, value)), "[" + LIMIT + "]", "[32]");
      }
      assertRefused(resize(INDEX, type, given("index.knn", "true")), "[index.knn: true]", INDEX);
      resize(INDEX, type, Settings.EMPTY).run();
      assertEquals("true", setting(KEY));
      assertEquals("32", setting(LIMIT));
      deleteCopy();
    }
  }

  public void testResizeMayAddTheSetting() {
    createIndex("plain", Settings.builder().put("index.number_of_shards", 2).build());
    block("plain");
    resize("plain", ResizeType.CLONE, given(KEY, "true")).run();
    deleteCopy();
    lowerLimit("8");
    assertRefused(
        resize("plain", ResizeType.CLONE, given(KEY, "true")),
        "plugins.quantized_vector.max_dimension: 8",
        "[_reindex]");
  }
}
