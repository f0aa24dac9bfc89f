/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import static org.opensearch.test.hamcrest.OpenSearchAssertions.assertAcked;

import io.quantvec.plugin.activity.VectorActivity;
import io.quantvec.plugin.calibration.CalibrationResponse;
import io.quantvec.plugin.calibration.CreateCalibrationAction;
import io.quantvec.plugin.calibration.CreateCalibrationRequest;
import io.quantvec.plugin.evaluate.EvaluateAction;
import io.quantvec.plugin.evaluate.EvaluateRequest;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.stats.FieldStats;
import io.quantvec.plugin.stats.StatsAction;
import io.quantvec.plugin.stats.StatsRequest;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.test.MockLogAppender;

/** A static calibration of one half of a field's clusters, and vectors of the other half. */
public class DriftFlagTests extends VectorIndexTestCase {

  private static final int LENGTH = 64;
  private static final int CLUSTERS = 8;
  private static final int K = 10;

  /** Vectors around the centres of one half. */
  private static List<float[]> half(int half, int count, long seed) {
    float[][] centers = new float[CLUSTERS][LENGTH];
    Random ofHalf = new Random(half);
    for (float[] center : centers) {
      for (int d = 0; d < LENGTH; d++) {
        center[d] = (float) ofHalf.nextGaussian();
      }
    }
    Random random = new Random(seed);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = centers[random.nextInt(CLUSTERS)].clone();
      for (int d = 0; d < LENGTH; d++) {
        vector[d] += (float) (0.4 * random.nextGaussian());
      }
      vectors.add(vector);
    }
    return vectors;
  }

  private static String wide(String parameters) {
    return "{\"properties\": {\"n\": {\"type\": \"integer\"}, \"embedding\": {\"type\":"
        + " \"quantized_vector\", \"dimension\": "
        + LENGTH
        + ", \"precision\": \"int2\""
        + parameters
        + "}}}";
  }

  private FieldStats stats() {
    return client()
        .execute(StatsAction.INSTANCE, new StatsRequest(StatsRequest.Level.FIELDS, INDEX))
        .actionGet()
        .fields(INDEX, true)
        .get(FIELD);
  }

  private double meanRecall(List<float[]> vectors, List<float[]> queries) {
    double sum = 0;
    for (float[] query : queries) {
      List<Integer> found = ids(searchFor(knn(query, K)).get());
      sum += recall(nearest(SpaceType.L2, vectors, query, K, i -> true), found);
    }
    return sum / queries.size();
  }

  private void learn(List<float[]> vectors) throws IOException {
    createIndexOf(wide(""));
    index(vectors, 1);
    String body = "{\"index\": \"" + INDEX + "\", \"field\": \"" + FIELD + "\"}";
    try (XContentParser parser = createParser(XContentType.JSON.xContent(), body)) {
      CalibrationResponse response =
          client()
              .execute(
                  CreateCalibrationAction.INSTANCE, CreateCalibrationRequest.parse("half", parser))
              .actionGet();
      assertTrue(response.isAcknowledged());
    }
    assertAcked(client().admin().indices().prepareDelete(INDEX));
  }

  public void testIsFlaggedWithinOneFlushUntilItIsMendedByAMerge() throws Exception {
    learn(half(0, 3_000, 1));
    createIndexOf(wide(", \"calibration\": {\"mode\": \"static\", \"name\": \"half\"}"));
    List<float[]> fitting = half(0, 400, 2);
    indexDocuments(100_000, documents(fitting), 1);
    assertEquals(0, stats().driftedSegments());
    assertNull(stats().driftAdvice());

    List<float[]> vectors = half(1, 1_500, 3);
    List<String> warnings = new CopyOnWriteArrayList<>();
    try (MockLogAppender log = warningsInto(warnings)) {
      indexDocuments(0, documents(vectors).subList(0, 500), 1);
      log.assertAllExpectationsMatched();
    }
    assertEquals(warnings.toString(), 1, warnings.size());
    assertTrue(
        warnings.toString(),
        warnings
            .get(0)
            .startsWith(
                "index [vectors], field [embedding]: a segment of 500 vectors has a drift"));
    assertTrue(warnings.toString(), warnings.get(0).contains("[calibration.mode: dynamic]"));
    FieldStats flagged = stats();
    assertEquals(1, flagged.driftedSegments());
    assertTrue("ratio " + flagged.driftRatio(), flagged.driftRatio() > 1.3);
    assertTrue(flagged.driftAdvice(), flagged.driftAdvice().contains("static calibration"));
    Evaluation evaluation =
        client()
            .execute(EvaluateAction.INSTANCE, new EvaluateRequest(INDEX).field(FIELD))
            .actionGet()
            .evaluation();
    assertTrue(
        evaluation.warnings().toString(),
        evaluation.warnings().stream()
            .anyMatch(warning -> warning.contains("unlike those that their calibration")));
    // The log does not say it again for the next segment.
    try (MockLogAppender log = warningsInto(warnings)) {
      indexDocuments(500, documents(vectors).subList(500, 1_500), 1);
      log.assertAllExpectationsMatched();
    }
    assertEquals(warnings.toString(), 1, warnings.size());
    assertEquals(2, stats().driftedSegments());

    client()
        .admin()
        .indices()
        .preparePutMapping(INDEX)
        .setSource(wide(", \"calibration\": {\"mode\": \"dynamic\"}"), XContentType.JSON)
        .get();
    for (int i = 0; i < fitting.size(); i++) {
      client().prepareDelete(INDEX, "" + (100_000 + i)).get();
    }
    mergeToOneSegment();
    assertEquals(0, stats().driftedSegments());
    assertNull(stats().driftAdvice());
    List<float[]> queries = half(1, 100, 4);
    double mended = meanRecall(vectors, queries);
    assertAcked(client().admin().indices().prepareDelete(INDEX));
    createIndexOf(wide(""));
    index(vectors, 1);
    double fresh = meanRecall(vectors, queries);
    assertTrue(mended + " of " + fresh, mended >= fresh - 0.01);
    assertTrue("" + fresh, fresh > 0.9);
  }

  private static MockLogAppender warningsInto(List<String> messages) throws IllegalAccessException {
    MockLogAppender log =
        MockLogAppender.createForLoggers(LogManager.getLogger(VectorActivity.class));
    log.addExpectation(
        new MockLogAppender.LoggingExpectation() {
          @Override
          public void match(LogEvent event) {
            if (event.getLevel() == Level.WARN) {
              messages.add(event.getMessage().getFormattedMessage());
            }
          }

          @Override
          public void assertMatched() {}
        });
    return log;
  }

  private static List<String> documents(List<float[]> vectors) {
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      documents.add(document(i, vectors.get(i)));
    }
    return documents;
  }
}
