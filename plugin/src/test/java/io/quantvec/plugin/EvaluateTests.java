/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.codec.config.Precision;
import io.quantvec.plugin.evaluate.EvaluateAction;
import io.quantvec.plugin.evaluate.EvaluateRequest;
import io.quantvec.plugin.evaluate.EvaluateResponse;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.result.TrialReport;
import io.quantvec.plugin.evaluate.result.TrialResult;
import io.quantvec.plugin.evaluate.trial.TrialPrecision;
import io.quantvec.plugin.query.QuantizedKnnQueryBuilder;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.opensearch.ExceptionsHelper;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.tasks.TaskInfo;

/** What is measured agrees with what searches find and with exact neighbors, counted outside. */
public class EvaluateTests extends VectorIndexTestCase {

  private static final int K = 10;

  /** Until then a node has answered on any machine. */
  private static final int LONGEST_WAIT_MINUTES = 5;

  static EvaluateRequest request(List<float[]> queries) {
    return new EvaluateRequest(INDEX)
        .queries(queries.stream().<GivenVector>map(GivenVector.Floats::new).toList())
        .k(K);
  }

  EvaluateResponse evaluate(EvaluateRequest request) {
    return client().execute(EvaluateAction.INSTANCE, request).actionGet();
  }

  private double recallOutside(
      SpaceType spaceType,
      List<float[]> vectors,
      List<float[]> queries,
      Integer ef,
      Rescore rescore) {
    double sum = 0;
    for (float[] query : queries) {
      List<Integer> expected = nearest(spaceType, vectors, query, K, i -> true);
      QuantizedKnnQueryBuilder search = knn(query, K).rescore(rescore);
      List<Integer> found = ids(searchFor(ef == null ? search : search.efSearch(ef)).get());
      sum += recall(expected, found);
    }
    return sum / queries.size();
  }

  public void testRecallAgreesWithSearches() throws IOException {
    List<float[]> vectors = randomVectors(3000);
    List<float[]> queries = randomVectors(40);
    for (SpaceType spaceType : SPACE_TYPES) {
      createVectorIndex(
          ", \"precision\": \"binary\", \"space_type\": \""
              + spaceType.label()
              + "\""
              + ALWAYS_GRAPH);
      index(vectors, 2);
      EvaluateResponse response =
          evaluate(
              request(queries)
                  .efSearch(List.of(10, 100))
                  .rescores(List.of(Rescore.OFF, Rescore.factor(2), Rescore.factor(10))));
      assertEquals(response.toString(), 0, response.getFailedShards());
      Evaluation evaluation = response.evaluation();
      assertFalse(evaluation.run().timedOut());
      assertEquals(queries.size(), evaluation.queriesAsked().evaluated());
      assertEquals(vectors.size(), evaluation.fieldFacts().vectors());
      assertEquals(6, evaluation.settings().size());
      for (SettingResult setting : evaluation.settings()) {
        Rescore rescore =
            setting.search().candidates() == 0
                ? Rescore.OFF
                : Rescore.factor((float) setting.search().oversampleFactor());
        double outside =
            recallOutside(spaceType, vectors, queries, setting.search().efSearch(), rescore);
        // Codes of few bits often score alike, and two searches may order such hits otherwise.
        assertEquals(setting.toString(), outside, setting.measuredRecall().recall(), .01);
        assertTrue(setting.toString(), setting.measuredRecall().recall() > .1);
        assertTrue(setting.toString(), setting.latency().p50() > 0);
        assertTrue(setting.toString(), setting.latency().p50() <= setting.latency().p99());
        // A scan of so small segments takes less time than a walk.
        assertTrue(setting.toString(), setting.work().visited() + setting.work().scanned() > 0);
      }
      assertTrue(evaluation.exactScan().scoreError().rms() > 0);
      client().admin().indices().prepareDelete(INDEX).get();
      assertCeilingsAreOfScans(spaceType, vectors, queries, evaluation);
    }
  }

  /**
   * A scan of the same codes finds what the evaluation says of a graph that misses nothing. A walk
   * may find more: with links made from 8 bit codes, the walk passes vectors by whose codes of one
   * bit only look near, and true neighbors take their places among the candidates.
   */
  private void assertCeilingsAreOfScans(
      SpaceType spaceType, List<float[]> vectors, List<float[]> queries, Evaluation evaluation)
      throws IOException {
    createVectorIndex(
        ", \"precision\": \"binary\", \"space_type\": \""
            + spaceType.label()
            + "\", \"method\": {\"name\": \"flat\"}");
    index(vectors, 2);
    Map<Double, Double> scans = new HashMap<>();
    for (SettingResult setting : evaluation.settings()) {
      double factor = setting.search().candidates() == 0 ? 0 : setting.search().oversampleFactor();
      if (!scans.containsKey(factor)) {
        Rescore rescore = factor == 0 ? Rescore.OFF : Rescore.factor((float) factor);
        scans.put(factor, recallOutside(spaceType, vectors, queries, null, rescore));
      }
      assertEquals(setting.toString(), scans.get(factor), setting.measuredRecall().ceiling(), .01);
    }
    client().admin().indices().prepareDelete(INDEX).get();
  }

  /** Whatever does not differ from the default is named so. */
  public void testDefaultGrid() throws IOException {
    createVectorIndex(", \"precision\": \"int8\"" + ALWAYS_GRAPH);
    index(randomVectors(500), 1);
    List<SettingResult> settings = evaluate(request(randomVectors(5))).evaluation().settings();
    assertEquals(
        List.of(100, 50, 200, 400),
        settings.stream().map(setting -> setting.search().efSearch()).toList());
    assertEquals(
        List.of(true, false, false, false),
        settings.stream().map(setting -> setting.search().isDefault()).toList());
    assertEquals(0, settings.getFirst().search().candidates());
    client().admin().indices().prepareDelete(INDEX).get();
    createVectorIndex(", \"precision\": \"binary\", \"method\": {\"name\": \"flat\"}");
    index(randomVectors(50), 1);
    settings = evaluate(request(randomVectors(5))).evaluation().settings();
    assertEquals(1, settings.size());
    assertTrue(settings.getFirst().search().isDefault());
    assertTrue(settings.getFirst().search().candidates() >= 100);
  }

  /** Otherwise each would find itself, and one of ten neighbors would always be found. */
  public void testSampledDocumentsAreNotTheirOwnNeighbors() throws IOException {
    List<float[]> vectors = new ArrayList<>(randomVectors(40));
    // Duplicates are neighbors of each other.
    vectors.addAll(vectors.subList(0, 10));
    createVectorIndex(", \"precision\": \"int4\", \"method\": {\"name\": \"flat\"}");
    index(vectors, 3);
    client().prepareDelete(INDEX, "15").get();
    client().admin().indices().prepareRefresh(INDEX).get();
    Evaluation evaluation =
        evaluate(
                new EvaluateRequest(INDEX).sample(1000).k(100).rescores(List.of(Rescore.factor(1))))
            .evaluation();
    assertEquals(49, evaluation.fieldFacts().vectors());
    assertEquals(49, evaluation.queriesAsked().evaluated());
    assertEquals(49 * 48, evaluation.exactScan().scoreError().neighbors());
    assertEquals(1, evaluation.settings().getFirst().measuredRecall().recall(), 0);
    assertEquals(1, evaluation.settings().getFirst().measuredRecall().ceiling(), 0);
    Evaluation nearest =
        evaluate(
                new EvaluateRequest(INDEX).sample(1000).k(1).rescores(List.of(Rescore.factor(100))))
            .evaluation();
    assertEquals(49, nearest.exactScan().scoreError().neighbors());
    assertEquals(1, nearest.settings().getFirst().measuredRecall().recall(), 0);
  }

  /** A field that is compared by its bits takes no numbers as query; samples are numbers. */
  public void testSamplesOfCodes() throws IOException {
    createVectorIndex(", \"input\": {\"type\": \"binary\"}");
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int bits = random().nextInt(1 << DIMENSION);
      documents.add(
          String.format(
              Locale.ROOT, "{\"n\": %d, \"%s\": {\"binary\": \"%04x\"}}", i, FIELD, bits));
    }
    indexDocuments(0, documents, 2);
    Evaluation evaluation = evaluate(new EvaluateRequest(INDEX).sample(20).k(3)).evaluation();
    assertEquals(20, evaluation.queriesAsked().evaluated());
    assertEquals(1, evaluation.settings().getFirst().measuredRecall().recall(), 0);
    assertEquals(0, evaluation.exactScan().scoreError().rms(), 1e-6);
    IllegalArgumentException e =
        expectThrows(
            IllegalArgumentException.class,
            () ->
                evaluate(
                    new EvaluateRequest(INDEX)
                        .precisions(List.of(new TrialPrecision(Precision.BINARY, 1)))));
    assertTrue(e.getMessage(), e.getMessage().contains("arrive as codes"));
  }

  /** What a sample of all vectors promises is what an index of them finds by scans. */
  public void testPrecisionsAgreeWithIndexes() throws IOException {
    List<float[]> vectors = randomVectors(1200);
    List<float[]> queries = randomVectors(40);
    createVectorIndex(", \"precision\": \"int8\", \"space_type\": \"cosinesimil\"" + ALWAYS_GRAPH);
    index(vectors, 1);
    EvaluateRequest request = request(queries);
    request
        .precisions(
            List.of(new TrialPrecision(Precision.INT8, 8), new TrialPrecision(Precision.BINARY, 1)))
        .targetRecall(.9);
    TrialReport report = evaluate(request).evaluation().precisions();
    assertEquals(vectors.size(), report.sample());
    assertEquals(K, report.k());
    for (TrialResult result : report.results()) {
      client().admin().indices().prepareDelete(INDEX).get();
      createVectorIndex(
          ", \"space_type\": \"cosinesimil\", \"method\": {\"name\": \"flat\"}, \"precision\":"
              + " \""
              + result.codes().precision()
              + "\"");
      index(vectors, 1);
      Evaluation real =
          evaluate(request(queries).rescores(List.of(Rescore.OFF, Rescore.DEFAULT))).evaluation();
      String message = result + " " + real;
      assertEquals(
          message, real.settings().get(0).measuredRecall().recall(), result.recallOfCodes(), .03);
      SettingResult byDefault = real.settings().get(real.settings().size() - 1);
      assertEquals(message, byDefault.measuredRecall().recall(), result.recall(), .03);
      assertEquals(message, byDefault.search().candidates(), result.candidates());
      assertEquals(message, 4 * DIMENSION, result.vectorBytes().rerankBytes());
      assertEquals(message, quantizations().get(0).codeBytes(), result.vectorBytes().codeBytes());
      assertEquals(message, result.recall() >= .9, result.meetsTarget());
    }
    assertEquals("binary", report.cheapest());
  }

  public void testCancellation() throws Exception {
    createVectorIndex(", \"precision\": \"int8\"" + ALWAYS_GRAPH);
    index(randomVectors(2000), 1);
    EvaluateRequest request =
        new EvaluateRequest(INDEX)
            .sample(1000)
            .efSearch(IntStream.range(2000, 2050).boxed().toList())
            .timeout(TimeValue.timeValueMinutes(10));
    ActionFuture<EvaluateResponse> future = client().execute(EvaluateAction.INSTANCE, request);
    assertBusy(
        () -> {
          List<TaskInfo> tasks =
              client()
                  .admin()
                  .cluster()
                  .prepareListTasks()
                  .setActions(EvaluateAction.NAME)
                  .setDetailed(true)
                  .get()
                  .getTasks();
          assertEquals(1, tasks.size());
          String status = Strings.toString(MediaTypeRegistry.JSON, tasks.get(0).getStatus());
          assertTrue(status, status.contains("\"phase\":\"searching\""));
          assertTrue(status, status.contains("\"total\":1000"));
        },
        LONGEST_WAIT_MINUTES,
        TimeUnit.MINUTES);
    // Nobody else may begin meanwhile.
    expectThrows(
        OpenSearchRejectedExecutionException.class, () -> evaluate(request(randomVectors(1))));
    long start = System.nanoTime();
    client().admin().cluster().prepareCancelTasks().setActions(EvaluateAction.NAME).get();
    expectThrows(TaskCancelledException.class, future::actionGet);
    // Soon, although the machine may be busy with other work.
    assertTrue(System.nanoTime() - start < 30_000_000_000L);
    // And afterwards anybody.
    assertBusy(
        () ->
            assertEquals(
                1, evaluate(request(randomVectors(1))).evaluation().queriesAsked().evaluated()),
        LONGEST_WAIT_MINUTES,
        TimeUnit.MINUTES);
  }

  /** A codec's own memory is counted by the breaker; so are queries, answers and samples. */
  public void testMemoryIsBounded() throws IOException {
    createVectorIndex("");
    index(randomVectors(200), 1);
    client()
        .admin()
        .cluster()
        .prepareUpdateSettings()
        .setTransientSettings(Settings.builder().put("indices.breaker.request.limit", "20kb"))
        .get();
    try {
      Exception e = expectThrows(Exception.class, () -> evaluate(request(randomVectors(200))));
      assertTrue(e.toString(), ExceptionsHelper.unwrap(e, CircuitBreakingException.class) != null);
    } finally {
      client()
          .admin()
          .cluster()
          .prepareUpdateSettings()
          .setTransientSettings(Settings.builder().putNull("indices.breaker.request.limit"))
          .get();
    }
    assertEquals(
        200, evaluate(request(randomVectors(200))).evaluation().queriesAsked().evaluated());
  }
}
