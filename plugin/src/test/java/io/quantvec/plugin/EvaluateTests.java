/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin;

import io.quantvec.plugin.evaluate.EvaluateAction;
import io.quantvec.plugin.evaluate.EvaluateRequest;
import io.quantvec.plugin.evaluate.EvaluateResponse;
import io.quantvec.plugin.evaluate.Evaluation;
import io.quantvec.plugin.evaluate.SettingResult;
import io.quantvec.plugin.mapper.GivenVector;
import io.quantvec.plugin.mapper.SpaceType;
import io.quantvec.plugin.query.Rescore;
import java.io.IOException;
import java.util.List;

/** What is measured agrees with what searches find and with exact neighbours, counted outside. */
public class EvaluateTests extends VectorIndexTestCase {

  private static final int K = 10;

  static EvaluateRequest request(List<float[]> queries) {
    return new EvaluateRequest(INDEX)
        .queries(queries.stream().<GivenVector>map(GivenVector.Floats::new).toList())
        .k(K);
  }

  EvaluateResponse evaluate(EvaluateRequest request) {
    return client().execute(EvaluateAction.INSTANCE, request).actionGet();
  }

  private double recallOutside(
      SpaceType spaceType, List<float[]> vectors, List<float[]> queries, int ef, Rescore rescore) {
    double sum = 0;
    for (float[] query : queries) {
      List<Integer> expected = nearest(spaceType, vectors, query, K, i -> true);
      List<Integer> found = ids(searchFor(knn(query, K).efSearch(ef).rescore(rescore)).get());
      sum += recall(expected, found);
    }
    return sum / queries.size();
  }

  public void testRecallAgreesWithSearches() throws IOException {
    List<float[]> vectors = randomVectors(3000);
    List<float[]> queries = randomVectors(40);
    for (SpaceType spaceType : SPACE_TYPES) {
      createVectorIndex(
          ", \"precision\": \"binary\", \"space_type\": \"" + spaceType.label() + "\"");
      index(vectors, 2);
      EvaluateResponse response =
          evaluate(
              request(queries)
                  .efSearch(List.of(10, 100))
                  .rescores(List.of(Rescore.OFF, Rescore.factor(2), Rescore.factor(10))));
      assertEquals(response.toString(), 0, response.getFailedShards());
      Evaluation evaluation = response.evaluation();
      assertFalse(evaluation.timedOut());
      assertEquals(queries.size(), evaluation.evaluated());
      assertEquals(vectors.size(), evaluation.vectors());
      assertEquals(6, evaluation.settings().size());
      for (SettingResult setting : evaluation.settings()) {
        Rescore rescore =
            setting.candidates() == 0
                ? Rescore.OFF
                : Rescore.factor((float) setting.oversampleFactor());
        double outside = recallOutside(spaceType, vectors, queries, setting.efSearch(), rescore);
        assertEquals(setting.toString(), outside, setting.recall(), 1e-9);
        assertTrue(setting.toString(), setting.ceiling() >= setting.recall() - .05);
        assertTrue(setting.toString(), setting.recall() > .1);
        assertTrue(setting.toString(), setting.latency().p50() > 0);
        assertTrue(setting.toString(), setting.latency().p50() <= setting.latency().p99());
        assertTrue(setting.toString(), setting.visited() > 0);
      }
      assertTrue(evaluation.scoreError().rms() > 0);
      client().admin().indices().prepareDelete(INDEX).get();
    }
  }
}
