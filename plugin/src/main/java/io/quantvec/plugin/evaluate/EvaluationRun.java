/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.Recommendation;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.result.TrialReport;
import io.quantvec.plugin.evaluate.shard.EvaluateStatus;
import io.quantvec.plugin.evaluate.shard.EvaluateTask;
import io.quantvec.plugin.evaluate.shard.EvaluatedQuery;
import io.quantvec.plugin.evaluate.shard.EvaluationRound;
import io.quantvec.plugin.evaluate.shard.SearchSetting;
import io.quantvec.plugin.evaluate.shard.ShardEvaluateRequest;
import io.quantvec.plugin.evaluate.shard.ShardEvaluateResponse;
import io.quantvec.plugin.evaluate.shard.ShardPlan;
import io.quantvec.plugin.evaluate.shard.WorkDeadline;
import io.quantvec.plugin.evaluate.trial.PrecisionTrial;
import io.quantvec.plugin.evaluate.trial.TrialRequest;
import io.quantvec.plugin.sample.SampleRequest;
import io.quantvec.plugin.sample.SampleResponse;
import io.quantvec.plugin.sample.Sampled;
import io.quantvec.plugin.sample.TransportSampleAction;
import io.quantvec.plugin.search.RequestMemory;
import io.quantvec.plugin.settings.QuantvecLimits;
import io.quantvec.plugin.vector.GivenVector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchTimeoutException;
import org.opensearch.action.ActionRunnable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.rest.RestStatus;

/**
 * One evaluation in steps: a round in which shards describe the field, an estimate of the cost, a
 * sample if one is needed, rounds that each search some of the queries, and trials of other
 * precisions. Each step starts when the step before is answered, so that no thread waits. A
 * cancellation or the timeout is noticed between two steps.
 */
final class EvaluationRun {

  /** Asks all shards. */
  interface Shards {
    void ask(EvaluationRound round, ActionListener<EvaluationRoundResponse> answers);
  }

  /** Takes samples. */
  interface Sampler {
    void sample(SampleRequest request, ActionListener<SampleResponse> answer);
  }

  /**
   * What the coordinating node has.
   *
   * @param dataNodes nodes of the cluster that search shards
   * @param executor for what takes long
   * @param limits of queries
   * @param memory what the run takes of it
   * @param clock in nanoseconds, as {@link System#nanoTime}
   */
  record Node(
      int dataNodes,
      Sampler sampler,
      ExecutorService executor,
      QuantvecLimits limits,
      RequestMemory memory,
      LongSupplier clock) {}

  /** Seconds that a round should take: then progress is seen, and little is lost at its end. */
  private static final double ROUND_SECONDS = .5;

  private static final int MOST_AT_ONCE = 32;

  /** Bytes of answers that a round may bring. */
  private static final long ROUND_BYTES = 16L << 20;

  private final EvaluateTask task;
  private final EvaluateRequest request;
  private final Shards shards;
  private final Node node;
  private final ActionListener<EvaluateResponse> listener;
  private final long start;
  private final WorkDeadline stop;
  private final long deadline;

  private final Map<ShardId, DefaultShardOperationFailedException> failures = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private int total;
  private ShardPlan plan;
  private long vectors;
  private SettingGrid grid;
  private SettingMeasurements measurements;
  private int slice;
  private List<EvaluatedQuery> queries = List.of();
  private List<float[]> trialSample = List.of();
  private boolean warm;

  /** Vectors that precisions are tried on; 0 for none. */
  private int trialSize;

  private boolean timedOut;

  /**
   * @param shards asks all shards with one round of the request
   * @param listener told once
   */
  EvaluationRun(
      EvaluateTask task,
      EvaluateRequest request,
      Shards shards,
      Node node,
      ActionListener<EvaluateResponse> listener) {
    this.task = task;
    this.request = request;
    this.shards = shards;
    this.node = node;
    this.listener = listener;
    this.start = node.clock.getAsLong();
    this.deadline = start + request.timeout().nanos();
    this.stop = new WorkDeadline(task, deadline, node.clock);
  }

  private boolean samples() {
    return request.queries().isEmpty();
  }

  void start() {
    if (samples()) {
      node.limits.checkLeavesRoom(request.k());
    }
    List<EvaluatedQuery> given =
        request.queries().stream().map(vector -> new EvaluatedQuery(vector, null)).toList();
    queries = given;
    List<SearchSetting> settings = SettingGrid.asked(request, node.limits);
    ask(
        new EvaluationRound(ShardEvaluateRequest.Kind.PLAN, given, settings, 0, deadline),
        answers -> planned(settings, answers));
  }

  /** A step that another one's answer leads to. */
  private interface Step<T> {
    void take(T answer) throws Exception;
  }

  private <T> ActionListener<T> next(Step<T> step) {
    return ActionListener.wrap(
        answer -> {
          try {
            step.take(answer);
          } catch (Exception e) {
            listener.onFailure(e);
          }
        },
        this::unanswered);
  }

  /**
   * A node that does not answer costs what it would have said, but not what was measured before.
   */
  private void unanswered(Exception e) {
    if (!(e instanceof OpenSearchTimeoutException)
        || measurements == null
        || measurements.queries() == 0) {
      listener.onFailure(e);
      return;
    }
    timedOut = true;
    warnings.add("a node did not answer within the [timeout]: " + e.getMessage());
    try {
      finish(null);
    } catch (RuntimeException cancelled) {
      listener.onFailure(cancelled);
    }
  }

  private void ask(EvaluationRound round, Step<EvaluationRoundResponse> step) {
    shards.ask(
        round,
        next(
            answers -> {
              // The answer of a cancelled shard is incomplete.
              stop.isTimeOver();
              keep(answers.getShardFailures());
              step.take(answers);
            }));
  }

  /** Keeps failures of shards; of mistakes in the request throws the first. */
  private void keep(DefaultShardOperationFailedException[] failed) throws Exception {
    for (DefaultShardOperationFailedException failure : failed) {
      Throwable cause = ExceptionsHelper.unwrapCause(failure.getCause());
      // A missing field or a short vector is a mistake in the request, not the failure of a shard.
      if (ExceptionsHelper.status(cause) == RestStatus.BAD_REQUEST
          && cause instanceof Exception mistake) {
        throw mistake;
      }
      failures.put(new ShardId(failure.index(), "", failure.shardId()), failure);
    }
  }

  private void planned(List<SearchSetting> settings, EvaluationRoundResponse answers) {
    total = answers.getTotalShards();
    if (total == 0) {
      throw new IllegalArgumentException(
          "expected an index, got ["
              + String.join(",", request.indices())
              + "], which matches none");
    }
    List<ShardPlan> plans = answers.shards().stream().map(ShardEvaluateResponse::plan).toList();
    if (plans.isEmpty()) {
      noShard();
      return;
    }
    if (plans.contains(null)) {
      throw new IllegalArgumentException(
          "[timeout] must leave time to look at the shards, got [" + request.timeout() + "]");
    }
    plan = ShardPlans.together(plans, request.indices());
    vectors = ShardPlans.vectors(plans);
    boolean named = !request.efSearch().isEmpty() || !request.rescores().isEmpty();
    grid = SettingGrid.of(settings, plan.efforts(), plan.graph(), named);
    measurements = new SettingMeasurements(request.k(), grid.settings(), request.seed());
    checkCost(plans);
    warnings.addAll(
        EvaluationWarnings.of(plan, vectors, queriesAsked(), request, ShardPlans.drift(plans)));
    if (vectors > 0 && (samples() || trialSize > 0)) {
      sample();
    } else {
      measure(0);
    }
  }

  private void noShard() {
    DefaultShardOperationFailedException failure = failures.values().iterator().next();
    listener.onFailure(
        failure.getCause() instanceof Exception cause ? cause : new Exception(failure.getCause()));
  }

  private int queriesAsked() {
    return samples() ? (int) Math.min(request.sample(), vectors) : request.queries().size();
  }

  private int trialVectors() {
    if (request.precisions().isEmpty()) {
      return 0;
    }
    if (plan.encoding().codesGiven() && request.arePrecisionsOptional()) {
      return 0;
    }
    if (plan.encoding().codesGiven()) {
      throw new IllegalArgumentException(
          "[precisions] cannot be tried in field ["
              + plan.shape().field()
              + "], whose vectors arrive as codes and are stored as they are");
    }
    long fit =
        TransportSampleAction.MAX_BYTES / Float.BYTES / plan.shape().dimension()
            - (samples() ? queriesAsked() : 0);
    long left = vectors - (samples() ? queriesAsked() : 0);
    return (int) Math.clamp(Math.min(request.sampleSize(), left), 0, Math.max(0, fit));
  }

  private void checkCost(List<ShardPlan> plans) {
    int asked = Math.max(1, queriesAsked());
    int nodes = Math.min(plans.size(), node.dataNodes);
    CostEstimate ofOne = estimate(plans, nodes, 1, 0, 1);
    double secondsOfOne = ofOne.seconds();
    slice =
        (int)
            Math.clamp(
                Math.min(
                    ROUND_SECONDS / Math.max(1e-9, secondsOfOne),
                    (double) ROUND_BYTES / ofOne.bytes()),
                1,
                MOST_AT_ONCE);
    trialSize = trialVectors();
    CostEstimate estimate = estimate(plans, nodes, asked, trialSize, slice);
    double allowed = request.timeout().millis() / 1e3;
    if (estimate.seconds() > allowed && request.arePrecisionsOptional()) {
      trialSize = 0;
      estimate = estimate(plans, nodes, asked, 0, slice);
      warnings.add(
          "other precisions were left out, because trying them would take longer than the [timeout]");
    }
    if (estimate.seconds() > allowed) {
      throw estimate.tooMuch(asked, plan.shape().field(), vectors, request.timeout());
    }
    // The first round twice, if that does not cost what the others need.
    warm = estimate.seconds() + slice * secondsOfOne > allowed / 2;
    node.memory.reserve(estimate.bytes());
  }

  private CostEstimate estimate(
      List<ShardPlan> plans, int nodes, int asked, int sample, int atOnce) {
    return CostEstimate.of(
        plans,
        nodes,
        grid.efforts(),
        grid.rescores(),
        asked,
        sample == 0 ? 0 : request.precisions().size(),
        sample,
        atOnce);
  }

  private void sample() {
    int asQueries = samples() ? queriesAsked() : 0;
    SampleRequest wanted =
        new SampleRequest(
            request.indices(), plan.shape().field(), asQueries + trialSize, request.seed());
    wanted.indicesOptions(request.indicesOptions());
    node.sampler.sample(wanted, next(answer -> sampled(asQueries, answer)));
  }

  private void sampled(int asQueries, SampleResponse answer) throws Exception {
    keep(answer.getShardFailures());
    List<Sampled> found = answer.vectors();
    int split = Math.min(asQueries, found.size());
    if (samples()) {
      queries =
          found.subList(0, split).stream()
              .map(one -> new EvaluatedQuery(new GivenVector.Floats(one.vector()), one.id()))
              .toList();
    }
    trialSample = found.subList(split, found.size()).stream().map(Sampled::vector).toList();
    measure(0);
  }

  /** Measures the queries from an index on. */
  private void measure(int from) {
    task.progress(EvaluateStatus.Phase.SEARCHING, from, queries.size());
    if (stop.isTimeOver()) {
      timedOut = true;
    }
    if (timedOut || from >= queries.size() || vectors == 0) {
      tryPrecisions();
      return;
    }
    int to = Math.min(queries.size(), from + slice);
    int first = from / slice % grid.settings().size();
    ask(
        new EvaluationRound(
            ShardEvaluateRequest.Kind.MEASURE,
            queries.subList(from, to),
            grid.settings(),
            first,
            deadline),
        answers -> measured(from, to, answers));
  }

  private void measured(int from, int to, EvaluationRoundResponse answers) {
    if (answers.shards().isEmpty()) {
      noShard();
      return;
    }
    if (!warm) {
      // Code that has not run before is slow, and so are files that were not read before.
      warm = true;
      measure(from);
      return;
    }
    if (answers.shards().stream().anyMatch(shard -> shard.outcomes().size() < to - from)) {
      timedOut = true;
      tryPrecisions();
      return;
    }
    for (int i = 0; i < to - from; i++) {
      int query = i;
      measurements.add(
          answers.shards().stream().map(shard -> shard.outcomes().get(query)).toList());
    }
    measure(to);
  }

  private void tryPrecisions() {
    if (timedOut || trialSample.isEmpty() || queries.isEmpty()) {
      finish(null);
      return;
    }
    node.executor.execute(
        ActionRunnable.wrap(next((TrialReport report) -> finish(report)), this::runTrial));
  }

  private void runTrial(ActionListener<TrialReport> answer) throws Exception {
    List<float[]> targets =
        queries.stream().map(query -> ((GivenVector.Floats) query.vector()).values()).toList();
    PrecisionTrial trial =
        new PrecisionTrial(
            plan,
            node.limits,
            new TrialRequest(request.precisions(), request.k(), request.targetRecall()),
            total - failures.size(),
            vectors,
            trialSample,
            targets,
            stop,
            warnings);
    TrialReport report =
        trial.run(
            done ->
                task.progress(
                    EvaluateStatus.Phase.TRYING_PRECISIONS, done, request.precisions().size()));
    timedOut |= report.results().size() < request.precisions().size() && stop.isTimeOver();
    answer.onResponse(report);
  }

  private void finish(TrialReport precisions) {
    stop.isTimeOver();
    List<SettingResult> results = measurements.results(grid.efforts(), plan.defaultEffort());
    boolean measured =
        results.stream().noneMatch(result -> Double.isNaN(result.measuredRecall().recall()));
    Recommendation recommendation =
        request.targetRecall() == null || !measured
            ? null
            : Recommendation.of(
                request.targetRecall(),
                results,
                plan.encoding().bestCopy() != RerankPrecision.NONE,
                plan.graph());
    listener.onResponse(
        new EvaluateResponse(
            total,
            new ArrayList<>(failures.values()),
            new Evaluation(
                new Evaluation.Run((node.clock.getAsLong() - start) / 1_000_000, timedOut),
                new Evaluation.FieldFacts(
                    plan.shape().field(),
                    plan.shape().dimension(),
                    plan.shape().spaceType(),
                    vectors),
                new Evaluation.Queries(
                    request.k(), queries.size(), measurements.queries(), samples()),
                new Evaluation.ExactScan(
                    plan.encoding().bestCopy().label(),
                    measurements.exactLatency(),
                    measurements.scoreError()),
                results,
                recommendation,
                precisions,
                warnings)));
  }
}
