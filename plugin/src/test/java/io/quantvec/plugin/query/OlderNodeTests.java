/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.query;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertHitCount;

import io.quantvec.plugin.QuantvecPlugin;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.action.search.SearchPhaseExecutionException;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.test.OpenSearchIntegTestCase;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;
import org.opensearch.transport.client.Client;

/** What happens to a search when a node knows fewer forms of a query than the one that sends it. */
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0)
public class OlderNodeTests extends OpenSearchIntegTestCase {

  private static final int NEWER = WireVersion.values().length + 1;

  /** A query that matches all and is written in the form of a given number. */
  public static final class QueryOfForm extends AbstractQueryBuilder<QueryOfForm> {

    private static final String NAME = "query_of_form";

    private final int form;

    QueryOfForm(int form) {
      this.form = form;
    }

    /** As a version reads it that knows the forms of this one. */
    QueryOfForm(StreamInput in) throws IOException {
      super(in);
      this.form = WireVersion.readFrom(in).ordinal() + 1;
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
      out.writeByte((byte) form);
      // Parameters that nobody reads who does not know the form.
      if (form >= NEWER) {
        out.writeString("new");
      }
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
      builder.startObject(NAME).endObject();
    }

    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) {
      return this;
    }

    @Override
    protected Query doToQuery(QueryShardContext context) {
      return MatchAllDocsQuery.INSTANCE;
    }

    @Override
    protected boolean doEquals(QueryOfForm other) {
      return form == other.form;
    }

    @Override
    protected int doHashCode() {
      return form;
    }

    @Override
    public String getWriteableName() {
      return NAME;
    }
  }

  /** Registers the query. */
  public static final class QueryOfFormPlugin extends Plugin implements SearchPlugin {
    @Override
    public List<QuerySpec<?>> getQueries() {
      return List.of(
          new QuerySpec<>(
              QueryOfForm.NAME,
              QueryOfForm::new,
              parser -> {
                throw new UnsupportedOperationException("only for what nodes send each other");
              }));
    }
  }

  @Override
  protected Collection<Class<? extends Plugin>> nodePlugins() {
    return List.of(QuantvecPlugin.class, QueryOfFormPlugin.class);
  }

  private static SearchRequestBuilder search(int form) {
    Client coordinator = internalCluster().coordOnlyNodeClient();
    return coordinator.prepareSearch("docs").setQuery(new QueryOfForm(form));
  }

  public void testNewerQueryFailsAndLeavesTheOlderNodeInUse() {
    internalCluster().startClusterManagerOnlyNode();
    String dataNode = internalCluster().startDataOnlyNode();
    internalCluster().startCoordinatingOnlyNode(Settings.EMPTY);
    createIndex(
        "docs",
        Settings.builder()
            .put("index.number_of_shards", 1)
            .put("index.number_of_replicas", 0)
            .build());
    client().prepareIndex("docs").setId("1").setSource("n", 1).get();
    refresh("docs");
    for (int i = 0; i < 3; i++) {
      for (int known = 1; known < NEWER; known++) {
        assertHitCount(search(known).get(), 1);
      }
      SearchPhaseExecutionException e =
          expectThrows(SearchPhaseExecutionException.class, () -> search(NEWER).get());
      assertEquals(RestStatus.SERVICE_UNAVAILABLE, e.status());
      String failure = e.toString() + e.shardFailures()[0];
      assertTrue(
          failure, failure.contains("this node has an older version of the plugin [quantvec]"));
      assertTrue(failure, failure.contains(dataNode));
    }
    assertHitCount(
        internalCluster()
            .coordOnlyNodeClient()
            .prepareSearch("docs")
            .setQuery(QueryBuilders.matchAllQuery())
            .get(),
        1);
  }

  /** As in the middle of an upgrade: the copy on the newer node answers for that on the older. */
  public void testOtherShardsAnswer() {
    internalCluster().startClusterManagerOnlyNode();
    internalCluster().startDataOnlyNode();
    // The node that is asked holds a shard itself, to which nothing is sent over the wire.
    String asked = internalCluster().startDataOnlyNode();
    createIndex(
        "docs",
        Settings.builder()
            .put("index.number_of_shards", 2)
            .put("index.number_of_replicas", 0)
            .put("index.routing.allocation.total_shards_per_node", 1)
            .build());
    ensureGreen("docs");
    for (int i = 0; i < 20; i++) {
      client().prepareIndex("docs").setId("" + i).setSource("n", i).get();
    }
    refresh("docs");
    SearchResponse partial =
        internalCluster()
            .client(asked)
            .prepareSearch("docs")
            .setQuery(new QueryOfForm(NEWER))
            .get();
    assertEquals(1, partial.getFailedShards());
    assertEquals(RestStatus.SERVICE_UNAVAILABLE, partial.getShardFailures()[0].status());
    assertTrue(partial.getHits().getTotalHits().value() > 0);

    assertTrue(
        client()
            .admin()
            .indices()
            .prepareUpdateSettings("docs")
            .setSettings(
                Settings.builder()
                    .put("index.number_of_replicas", 1)
                    .putNull("index.routing.allocation.total_shards_per_node"))
            .get()
            .isAcknowledged());
    ensureGreen("docs");
    for (int i = 0; i < 10; i++) {
      assertHitCount(
          internalCluster()
              .client(asked)
              .prepareSearch("docs")
              .setQuery(new QueryOfForm(NEWER))
              .get(),
          20);
    }
  }
}
