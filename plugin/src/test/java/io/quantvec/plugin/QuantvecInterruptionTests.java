/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.hamcrest.Matchers.containsString;

import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Reach;
import io.quantvec.plugin.vector.GivenVector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.admin.cluster.node.tasks.list.ListTasksResponse;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchPhaseExecutionException;
import org.opensearch.action.search.SearchRequestBuilder;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.ScriptQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.script.MockScriptPlugin;
import org.opensearch.script.Script;
import org.opensearch.script.ScriptType;
import org.opensearch.tasks.TaskInfo;

/** That a search ends when its time is over or it is cancelled, and says so. */
public class QuantvecInterruptionTests extends VectorIndexTestCase {

  /** Far longer than a search takes to begin. */
  private static final TimeValue TIMEOUT = TimeValue.timeValueSeconds(2);

  private static final AtomicInteger CALLS = new AtomicInteger();
  private static volatile CountDownLatch started;
  private static volatile CountDownLatch release;

  /** Filters that take their time. */
  public static final class SlowScripts extends MockScriptPlugin {
    @Override
    protected Map<String, Function<Map<String, Object>, Object>> pluginScripts() {
      return Map.of(
          "outlast",
          parameters -> {
            // The time of the search runs out while it asks its filter for the first time.
            if (CALLS.getAndIncrement() == 0) {
              pause(TIMEOUT.millis() + 100);
            }
            return true;
          },
          "block",
          parameters -> {
            started.countDown();
            try {
              return release.await(2, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
    }

    private static void pause(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  protected Collection<Class<? extends Plugin>> getPlugins() {
    return List.of(QuantvecPlugin.class, SlowScripts.class);
  }

  /** Timeouts go by a cached time, which by default is up to 200 ms old. */
  @Override
  protected Settings nodeSettings() {
    return Settings.builder()
        .put(super.nodeSettings())
        .put("thread_pool.estimated_time_interval", "5ms")
        .build();
  }

  private static ScriptQueryBuilder script(String name) {
    return new ScriptQueryBuilder(
        new Script(ScriptType.INLINE, MockScriptPlugin.NAME, name, Map.of()));
  }

  private static QuantizedKnnQueryBuilder within(float minScore) {
    return new QuantizedKnnQueryBuilder(
        FIELD, new GivenVector.Floats(new float[DIMENSION]), Reach.minScore(minScore));
  }

  public void testTimeoutOfASearchWithinAScore() throws Exception {
    createVectorIndex(", \"precision\": \"int4\"");
    index(randomVectors(300), 3);
    SearchResponse complete =
        searchFor(within(0)).setTimeout(TimeValue.timeValueMinutes(1)).setSize(300).get();
    assertFalse(complete.isTimedOut());
    assertEquals(300, ids(complete).size());

    SearchResponse response = runsOutOfTime(searchFor(within(0).filterBy(script("outlast"))));
    assertEquals(0, response.getFailedShards());
  }

  /**
   * Gives a search whose filter outlasts it. A machine that stood still for a while, for a
   * collection of garbage, say, may have used up the time before the filter is asked: then the
   * search says nothing of what is tested, and is made again.
   */
  private static SearchResponse runsOutOfTime(SearchRequestBuilder search) {
    for (int i = 0; i < 10; i++) {
      CALLS.set(0);
      try {
        SearchResponse response = search.setTimeout(TIMEOUT).get();
        if (CALLS.get() > 0) {
          assertTrue(response.isTimedOut());
          return response;
        }
      } catch (SearchPhaseExecutionException e) {
        if (CALLS.get() > 0) {
          throw e;
        }
      }
    }
    throw new AssertionError("the time was over before the filter was asked");
  }

  /**
   * The platform catches what other clauses throw after a timeout only once it collects hits: they
   * must not find out earlier, by a search that runs while scorers are made.
   */
  public void testTimeoutBesideOtherClauses() throws Exception {
    createVectorIndex("");
    index(randomVectors(900), 3);
    for (int i = 0; i < 3; i++) {
      SearchResponse response =
          runsOutOfTime(
              searchFor(
                  QueryBuilders.boolQuery()
                      .must(knn(new float[DIMENSION], 10).filterBy(script("outlast")))
                      .filter(QueryBuilders.termQuery("_id", "7"))
                      .filter(QueryBuilders.existsQuery("n"))));
      assertEquals(0, response.getFailedShards());
    }
  }

  public void testCancellationOfASearchWithinAScore() throws Exception {
    assertCancelled(within(0).filterBy(script("block")));
  }

  public void testTimeoutGivesAPartialResponse() throws Exception {
    createVectorIndex("");
    index(randomVectors(300), 3);
    SearchResponse complete =
        searchFor(knn(new float[DIMENSION], 10)).setTimeout(TimeValue.timeValueMinutes(1)).get();
    assertFalse(complete.isTimedOut());
    assertEquals(10, ids(complete).size());

    SearchResponse response =
        runsOutOfTime(searchFor(knn(new float[DIMENSION], 10).filterBy(script("outlast"))));
    assertEquals(0, response.getFailedShards());
  }

  public void testTimeoutWithoutHitsIsNotTakenForNoHits() throws Exception {
    createVectorIndex("");
    index(randomVectors(100), 1);
    runsOutOfTime(
        searchFor(
                knn(new float[DIMENSION], 10)
                    .filterBy(
                        QueryBuilders.boolQuery()
                            .filter(script("outlast"))
                            .filter(QueryBuilders.rangeQuery("n").gte(0))))
            .setSize(0)
            .setTrackTotalHits(true));
  }

  public void testCancellation() throws Exception {
    assertCancelled(knn(new float[DIMENSION], 10).filterBy(script("block")));
  }

  private void assertCancelled(QuantizedKnnQueryBuilder query) throws Exception {
    createVectorIndex("");
    index(randomVectors(200), 2);
    started = new CountDownLatch(1);
    release = new CountDownLatch(1);
    ActionFuture<SearchResponse> search = searchFor(query).execute();
    assertTrue(started.await(2, TimeUnit.MINUTES));
    ListTasksResponse tasks =
        client().admin().cluster().prepareListTasks().setActions(SearchAction.NAME).get();
    assertEquals(1, tasks.getTasks().size());
    TaskInfo task = tasks.getTasks().get(0);
    client().admin().cluster().prepareCancelTasks().setTaskId(task.getTaskId()).get();
    release.countDown();
    Exception e = expectThrows(Exception.class, search::actionGet);
    assertThat(ExceptionsHelper.stackTrace(e), containsString("ancelled"));
  }
}
