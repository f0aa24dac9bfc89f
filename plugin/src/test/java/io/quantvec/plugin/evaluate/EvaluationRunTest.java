/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.shard.EvaluateStatus;
import io.quantvec.plugin.evaluate.shard.EvaluateTask;
import io.quantvec.plugin.evaluate.shard.EvaluationRound;
import io.quantvec.plugin.evaluate.shard.QueryOutcome;
import io.quantvec.plugin.evaluate.shard.ShardEvaluateRequest;
import io.quantvec.plugin.evaluate.shard.ShardEvaluateResponse;
import io.quantvec.plugin.evaluate.shard.ShardPlan;
import io.quantvec.plugin.search.RequestMemory;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.search.SearchWork;
import io.quantvec.plugin.settings.QuantvecLimits;
import io.quantvec.plugin.vector.GivenVector;
import io.quantvec.plugin.vector.SpaceType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.opensearch.OpenSearchTimeoutException;
import org.opensearch.action.support.broadcast.BroadcastShardOperationFailedException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.indices.breaker.NoneCircuitBreakerService;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;

/** What a run makes of the answers of shards, of which there are two that say what a test wants. */
class EvaluationRunTest {

  private static final ShardId FIRST = new ShardId("vectors", "", 0);
  private static final ShardId SECOND = new ShardId("vectors", "", 1);

  private final EvaluateTask task =
      new EvaluateTask(
          1, "transport", EvaluateAction.NAME, "", TaskId.EMPTY_TASK_ID, Collections.emptyMap());

  private final List<EvaluationRound> rounds = new ArrayList<>();
  private EvaluateResponse response;
  private Exception failure;

  /** Time passes only where a test says so. */
  private long now = 1;

  /** Says something in a round, counted from 0, the plan's. */
  private interface Answer {
    EvaluationRoundResponse of(int number, EvaluationRound round) throws Exception;
  }

  private static EvaluateRequest request(int queries) {
    return new EvaluateRequest("vectors")
        .field("v")
        .efSearch(List.of(100))
        .queries(Collections.nCopies(queries, new GivenVector.Floats(new float[] {1, 2, 3, 4})));
  }

  private static ShardPlan plan(long vectors) {
    return plan(vectors, false, 30);
  }

  private static ShardPlan plan(long vectors, boolean choosesBudget, int rescored) {
    SearchEffort effort = new SearchEffort(10, rescored, 100);
    return new ShardPlan(
        new ShardPlan.Shape("v", 4, SpaceType.L2),
        new ShardPlan.Encoding(
            false,
            choosesBudget,
            "int4",
            Allocation.MIXED,
            RerankPrecision.FP32,
            RerankPrecision.FP32),
        new ShardPlan.Size(vectors, vectors, 8, 16),
        true,
        effort,
        List.of(effort),
        new ShardPlan.Drift(1, 1.7));
  }

  private static ShardEvaluateResponse planned(ShardId shard, long vectors) {
    return new ShardEvaluateResponse(shard, plan(vectors), List.of());
  }

  /** One of two neighbors is found, the other by the scan of the codes only. */
  private static ShardEvaluateResponse measured(ShardId shard, int queries) {
    float[] both = {.9f, .8f};
    float[] one = {.9f};
    SearchWork work = new SearchWork(5, 0, 2);
    QueryOutcome outcome =
        new QueryOutcome(
            both,
            both,
            1_000_000,
            List.of(new QueryOutcome.Found(one, one, 2_000_000, work)),
            List.of(new QueryOutcome.Found(both, both, 1, work)));
    return new ShardEvaluateResponse(shard, null, Collections.nCopies(queries, outcome));
  }

  private static EvaluationRoundResponse all(ShardEvaluateResponse... answers) {
    return new EvaluationRoundResponse(answers.length, List.of(), List.of(answers));
  }

  private static EvaluationRoundResponse normal(EvaluationRound round) {
    return round.kind() == ShardEvaluateRequest.Kind.PLAN
        ? all(planned(FIRST, 1_000), planned(SECOND, 500))
        : all(measured(FIRST, queries(round)), measured(SECOND, queries(round)));
  }

  private static int queries(EvaluationRound round) {
    return round.queries(FIRST).size();
  }

  private static DefaultShardOperationFailedException failed(ShardId shard, Exception cause) {
    return new DefaultShardOperationFailedException(
        new BroadcastShardOperationFailedException(shard, cause));
  }

  private void run(EvaluateRequest request, Answer answer) {
    EvaluationRun.Shards shards =
        (round, answers) -> {
          rounds.add(round);
          try {
            answers.onResponse(answer.of(rounds.size() - 1, round));
          } catch (Exception e) {
            answers.onFailure(e);
          }
        };
    new EvaluationRun(
            task,
            request,
            shards,
            new EvaluationRun.Node(
                2,
                null,
                null,
                new QuantvecLimits(),
                RequestMemory.of(new NoneCircuitBreakerService(), "test"),
                () -> now),
            ActionListener.wrap(r -> response = r, e -> failure = e))
        .start();
  }

  @Test
  void addsUpRounds() {
    run(request(100).targetRecall(.9), (number, round) -> normal(round));
    assertNull(failure);
    Evaluation evaluation = response.evaluation();
    assertEquals(2, response.getSuccessfulShards());
    assertEquals(100, evaluation.queriesAsked().evaluated());
    assertEquals(1_500, evaluation.fieldFacts().vectors());
    SettingResult setting = evaluation.settings().getFirst();
    // The two shards' best are found, their second ones among the four nearest are not.
    assertEquals(.5, setting.measuredRecall().recall());
    assertEquals(1, setting.measuredRecall().ceiling());
    assertEquals(.5, setting.graphLoss());
    assertEquals(10, setting.work().visited());
    assertEquals(2, setting.latency().p50());
    assertEquals(1, evaluation.exactScan().exactLatency().p99());
    assertNull(evaluation.recommendation().setting());
    assertTrue(
        evaluation.warnings().stream().anyMatch(warning -> warning.contains("[2] segments")));
    // The plan, one round to warm up, and 100 queries by 32.
    assertEquals(2 + 4, rounds.size());
    assertEquals(new EvaluateStatus(EvaluateStatus.Phase.SEARCHING, 100, 100), task.getStatus());
  }

  /** Of one field whose segments choose their bits, and of which one has none yet. */
  @Test
  void shardsThatChooseTheirBudgetMayRescoreAsManyAsTheyNeed() {
    for (boolean chooses : new boolean[] {true, false}) {
      rounds.clear();
      failure = null;
      run(
          request(10),
          (number, round) ->
              round.kind() == ShardEvaluateRequest.Kind.PLAN
                  ? all(
                      new ShardEvaluateResponse(FIRST, plan(0, chooses, 0), List.of()),
                      new ShardEvaluateResponse(SECOND, plan(500, chooses, 30), List.of()))
                  : normal(round));
      if (chooses) {
        assertNull(failure);
        SettingResult setting = response.evaluation().settings().getFirst();
        assertEquals(30, setting.search().candidates());
        assertTrue(setting.search().isDefault());
      } else {
        assertTrue(failure.getMessage().contains("evaluate them one by one"), failure.toString());
      }
    }
  }

  @Test
  void stopsWithTheTimeAndKeepsWhatItHas() {
    EvaluateRequest request = request(100).timeout(TimeValue.timeValueSeconds(2));
    run(
        request,
        (number, round) -> {
          if (number == 3) {
            now = round.deadline();
            return all(
                measured(FIRST, queries(round)),
                new ShardEvaluateResponse(SECOND, null, List.of()));
          }
          return normal(round);
        });
    assertNull(failure);
    assertTrue(response.evaluation().run().timedOut());
    assertEquals(4, rounds.size());
    assertEquals(32, response.evaluation().queriesAsked().evaluated());
    assertEquals(.5, response.evaluation().settings().getFirst().measuredRecall().recall());
    assertNull(response.evaluation().recommendation());
  }

  @Test
  void keepsWhatItHasWhenANodeDoesNotAnswer() {
    for (int silent : new int[] {0, 1, 2, 3}) {
      rounds.clear();
      failure = null;
      run(
          request(100),
          (number, round) -> {
            if (number == silent) {
              throw new OpenSearchTimeoutException("[evaluate] timed out after [1m]");
            }
            return normal(round);
          });
      assertEquals(silent + 1, rounds.size());
      if (silent < 3) {
        assertInstanceOf(OpenSearchTimeoutException.class, failure);
      } else {
        assertNull(failure);
        assertTrue(response.evaluation().run().timedOut());
        assertEquals(32, response.evaluation().queriesAsked().evaluated());
        assertTrue(
            response.evaluation().warnings().stream()
                .anyMatch(warning -> warning.contains("did not answer")));
      }
    }
  }

  @Test
  void stopsWhenItIsCancelled() {
    run(
        request(100),
        (number, round) -> {
          if (number == 2) {
            task.cancel("enough");
          }
          return normal(round);
        });
    assertInstanceOf(TaskCancelledException.class, failure);
    assertTrue(failure.getMessage().contains("enough"));
    assertEquals(3, rounds.size());
    assertNull(response);
  }

  @Test
  void leavesOutShardsThatFail() {
    run(
        request(10),
        (number, round) ->
            new EvaluationRoundResponse(
                2,
                List.of(failed(SECOND, new IllegalStateException("lost"))),
                List.of(
                    round.kind() == ShardEvaluateRequest.Kind.PLAN
                        ? planned(FIRST, 1_000)
                        : measured(FIRST, queries(round)))));
    assertNull(failure);
    assertEquals(1, response.getSuccessfulShards());
    assertEquals(1, response.getFailedShards());
    assertEquals(2, response.getTotalShards());
    assertEquals(1, response.getShardFailures()[0].shardId());
    assertEquals(1_000, response.evaluation().fieldFacts().vectors());
    assertEquals(.5, response.evaluation().settings().getFirst().measuredRecall().recall());
  }

  @Test
  void failsWhereNoShardAnswers() {
    run(
        request(10),
        (number, round) ->
            new EvaluationRoundResponse(
                1, List.of(failed(FIRST, new IllegalStateException("lost"))), List.of()));
    assertNotNull(failure);
    assertTrue(failure.toString().contains("lost"), failure::toString);
  }

  @Test
  void refusesWhatOneShardFindsWrong() {
    run(
        request(10),
        (number, round) ->
            new EvaluationRoundResponse(
                2,
                List.of(failed(FIRST, new IllegalArgumentException("no such field"))),
                List.of(planned(SECOND, 10))));
    assertInstanceOf(IllegalArgumentException.class, failure);
    assertEquals("no such field", failure.getMessage());
    assertEquals(1, rounds.size());
  }

  @Test
  void refusesWhatWouldTakeTooLongWithAnEstimate() {
    run(request(1_000), (number, round) -> all(planned(FIRST, 50_000_000)));
    assertInstanceOf(IllegalArgumentException.class, failure);
    assertTrue(
        failure.getMessage().contains("[1000] queries in field [v] of [50000000] vectors"),
        failure::getMessage);
    assertTrue(failure.getMessage().contains("for exact scans"), failure::getMessage);
    assertTrue(failure.getMessage().contains("[timeout] of [1m]"), failure::getMessage);
    assertEquals(1, rounds.size());
  }
}
