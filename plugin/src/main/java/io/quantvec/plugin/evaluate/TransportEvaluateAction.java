/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.broadcast.FieldLookup;
import io.quantvec.plugin.broadcast.TransportSearchedShardsAction;
import io.quantvec.plugin.evaluate.shard.EvaluateTask;
import io.quantvec.plugin.evaluate.shard.QueryOutcome;
import io.quantvec.plugin.evaluate.shard.ShardEvaluateRequest;
import io.quantvec.plugin.evaluate.shard.ShardEvaluateResponse;
import io.quantvec.plugin.evaluate.shard.ShardEvaluator;
import io.quantvec.plugin.evaluate.shard.WorkDeadline;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.sample.SampleAction;
import io.quantvec.plugin.sample.SampleRequest;
import io.quantvec.plugin.sample.SampleResponse;
import io.quantvec.plugin.search.RequestMemory;
import io.quantvec.plugin.settings.QuantvecLimits;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.ListenerTimeouts;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.GroupShardsIterator;
import org.opensearch.cluster.routing.ShardIterator;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;

/**
 * Evaluates in rounds over one copy of each shard, see {@link EvaluationRun}. A copy that fails or
 * moves is replaced by another one in the same round.
 */
public final class TransportEvaluateAction
    extends TransportSearchedShardsAction<
        EvaluateRequest, EvaluateResponse, ShardEvaluateRequest, ShardEvaluateResponse> {

  /** The thread pool: one thread of its own, so that searches keep theirs. */
  public static final String THREAD_POOL = "quantized_vector_evaluate";

  /** Shards of a node that may wait for the thread. */
  public static final int THREAD_POOL_QUEUE = 1_000;

  /**
   * Shards stop by themselves when the time is over, between two looks at the clock; who has not
   * answered by then hangs.
   */
  private static final TimeValue LATE_ANSWERS = TimeValue.timeValueSeconds(10);

  private final CircuitBreakerService breakers;
  private final ThreadPool threadPool;
  private final Client client;
  private final EvaluateLimits evaluateLimits;
  private final QuantvecLimits limits;

  @Inject
  public TransportEvaluateAction(
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indicesService,
      CircuitBreakerService breakers,
      ThreadPool threadPool,
      Client client,
      EvaluateLimits evaluateLimits,
      QuantvecLimits limits,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver) {
    super(
        EvaluateAction.NAME,
        clusterService,
        transportService,
        indicesService,
        actionFilters,
        resolver,
        EvaluateRequest::new,
        ShardEvaluateRequest::new,
        ShardEvaluateResponse.class,
        THREAD_POOL);
    this.breakers = breakers;
    this.threadPool = threadPool;
    this.client = client;
    this.evaluateLimits = evaluateLimits;
    this.limits = limits;
  }

  @Override
  protected void doExecute(
      Task task, EvaluateRequest request, ActionListener<EvaluateResponse> listener) {
    request.capSample(evaluateLimits.maxQueries());
    evaluateLimits.check(request);
    Releasable place = evaluateLimits.begin();
    RequestMemory memory = RequestMemory.of(breakers, EvaluateAction.NAME);
    ActionListener<EvaluateResponse> ending =
        ActionListener.notifyOnce(
            ActionListener.runBefore(
                listener,
                () -> {
                  memory.close();
                  place.close();
                }));
    long deadline = System.nanoTime() + request.timeout().nanos();
    try {
      new EvaluationRun(
              (EvaluateTask) task,
              request,
              (round, next) -> ask(task, request.withRound(round), until(deadline, next)),
              new EvaluationRun.Node(
                  clusterService.state().nodes().getDataNodes().size(),
                  (wanted, next) -> sample(task, wanted, until(deadline, next)),
                  threadPool.executor(THREAD_POOL),
                  limits,
                  memory,
                  System::nanoTime),
              ending)
          .start();
    } catch (Exception e) {
      ending.onFailure(e);
    }
  }

  private void ask(
      Task task, EvaluateRequest request, ActionListener<EvaluationRoundResponse> answers) {
    super.doExecute(
        task,
        request,
        ActionListener.wrap(
            response -> answers.onResponse((EvaluationRoundResponse) response),
            answers::onFailure));
  }

  private void sample(Task task, SampleRequest wanted, ActionListener<SampleResponse> answer) {
    wanted.setParentTask(clusterService.localNode().getId(), task.getId());
    client.execute(SampleAction.INSTANCE, wanted, answer);
  }

  /** No longer than the request's timeout, and what shards need to notice that it is over. */
  private <T> ActionListener<T> until(long deadline, ActionListener<T> answers) {
    TimeValue left =
        TimeValue.timeValueNanos(Math.max(0, deadline - System.nanoTime()) + LATE_ANSWERS.nanos());
    return ListenerTimeouts.wrapWithTimeout(
        threadPool, answers, left, ThreadPool.Names.GENERIC, EvaluateAction.NAME);
  }

  @Override
  protected ShardEvaluateResponse shardOperation(ShardEvaluateRequest request, Task task)
      throws IOException {
    IndexService index = indicesService.indexServiceSafe(request.shardId().getIndex());
    IndexShard shard = index.getShard(request.shardId().id());
    QuantizedVectorFieldType type = FieldLookup.find(index, request.field());
    WorkDeadline stop = new WorkDeadline((CancellableTask) task, request.deadline());
    if (stop.isTimeOver()) {
      return new ShardEvaluateResponse(request.shardId(), null, List.of());
    }
    awaitRefresh(shard, stop.left());
    try (Engine.Searcher searcher = shard.acquireSearcher("quantized_vector_evaluate");
        RequestMemory memory = RequestMemory.of(breakers, EvaluateAction.NAME)) {
      memory.reserve(QueryOutcome.bytes(request));
      QueryShardContext context =
          index.newQueryShardContext(
              request.shardId().id(), searcher, System::currentTimeMillis, null);
      ShardEvaluator evaluator = new ShardEvaluator(context, type, request);
      return switch (request.kind()) {
        case PLAN ->
            new ShardEvaluateResponse(
                request.shardId(), evaluator.plan(request.queries(), stop), List.of());
        case MEASURE ->
            new ShardEvaluateResponse(
                request.shardId(), null, evaluator.measure(request.queries(), stop));
      };
    }
  }

  @Override
  protected ShardEvaluateRequest newShardRequest(
      int numShards, ShardRouting shard, EvaluateRequest request) {
    return new ShardEvaluateRequest(
        shard.shardId(),
        aliasFilter(shard, request),
        request,
        request.field(),
        request.k(),
        request.round());
  }

  @Override
  protected ShardEvaluateResponse readShardResponse(StreamInput in) throws IOException {
    return new ShardEvaluateResponse(in);
  }

  /** The same copies in each round if possible, so that all rounds measure the same copies. */
  @Override
  protected GroupShardsIterator<ShardIterator> shards(
      ClusterState state, EvaluateRequest request, String[] concreteIndices) {
    GroupShardsIterator<ShardIterator> shards =
        searchedShards(state, request, concreteIndices, EvaluateAction.NAME);
    if (shards.size() > 0) {
      request.round().setChecking(shards.get(0).shardId());
    }
    return shards;
  }

  @Override
  protected EvaluateResponse newResponse(
      EvaluateRequest request,
      int total,
      List<ShardEvaluateResponse> answers,
      List<DefaultShardOperationFailedException> failures) {
    return new EvaluationRoundResponse(total, failures, answers);
  }
}
