/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import io.quantvec.plugin.broadcast.AliasedDocuments;
import io.quantvec.plugin.broadcast.FieldLookup;
import io.quantvec.plugin.broadcast.TransportSearchedShardsAction;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.search.RequestMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.NoShardAvailableActionException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.GroupShardsIterator;
import org.opensearch.cluster.routing.Preference;
import org.opensearch.cluster.routing.ShardIterator;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * Takes a sample in two rounds over one copy of each shard: the first counts live vectors, the
 * second takes from each shard what it has to give. So no more vectors cross the wire than are
 * asked for, however many shards there are.
 */
public final class TransportSampleAction
    extends TransportSearchedShardsAction<
        SampleRequest, SampleResponse, ShardSampleRequest, ShardSampleResponse> {

  /** The most that the vectors of a sample may take, without their ids. */
  public static final long MAX_BYTES = 64L << 20;

  private final CircuitBreakerService breakers;

  /**
   * Uses the generic thread pool, so that reading vectors from disk delays neither searches nor the
   * management of the node.
   */
  @Inject
  public TransportSampleAction(
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indicesService,
      CircuitBreakerService breakers,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver) {
    super(
        SampleAction.NAME,
        clusterService,
        transportService,
        indicesService,
        actionFilters,
        resolver,
        SampleRequest::new,
        ShardSampleRequest::new,
        ShardSampleResponse.class,
        ThreadPool.Names.GENERIC);
    this.breakers = breakers;
  }

  @Override
  protected void doExecute(
      Task task, SampleRequest request, ActionListener<SampleResponse> listener) {
    super.doExecute(
        task,
        request,
        ActionListener.wrap(
            counted -> take(task, request, counted, listener), listener::onFailure));
  }

  private void take(
      Task task,
      SampleRequest request,
      SampleResponse counted,
      ActionListener<SampleResponse> listener) {
    if (counted.getTotalShards() == 0) {
      throw new IllegalArgumentException(
          "expected an index with the field ["
              + request.field()
              + "], got ["
              + String.join(",", request.indices())
              + "], which matches no index");
    }
    if (counted.getSuccessfulShards() == 0) {
      throw new NoShardAvailableActionException(
          null,
          "no shard of [" + String.join(",", request.indices()) + "] could be sampled",
          counted.getShardFailures()[0].getCause());
    }
    int size = (int) Math.min(request.size(), counted.liveVectors());
    if (size == 0) {
      listener.onResponse(counted);
      return;
    }
    checkSize(size, counted.dimension());
    RequestMemory memory = RequestMemory.of(breakers, SampleAction.NAME);
    ActionListener<SampleResponse> releasing = ActionListener.runBefore(listener, memory::close);
    try {
      memory.reserve(size * Sampled.bytes(counted.dimension()));
      super.doExecute(
          task,
          request.withQuotas(Quotas.of(counted.counts(), size, request.seed())),
          ActionListener.map(releasing, taken -> together(counted, taken, request.seed())));
    } catch (Exception e) {
      releasing.onFailure(e);
    }
  }

  /**
   * Checks that a sample is no larger than a node should hold.
   *
   * @throws IllegalArgumentException if it is
   */
  public static void checkSize(int size, int dimension) {
    long bytes = (long) Float.BYTES * size * dimension;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a sample of ["
              + size
              + "] vectors of dimension ["
              + dimension
              + "] would take ["
              + new ByteSizeValue(bytes)
              + "], expected at most ["
              + new ByteSizeValue(MAX_BYTES)
              + "], which are ["
              + MAX_BYTES / Float.BYTES / dimension
              + "] vectors");
    }
  }

  private static SampleResponse together(SampleResponse counted, SampleResponse taken, long seed) {
    List<DefaultShardOperationFailedException> failures =
        new ArrayList<>(List.of(counted.getShardFailures()));
    failures.addAll(List.of(taken.getShardFailures()));
    Map<ShardId, Long> counts = new HashMap<>(counted.counts());
    // Of a shard that failed in the second round nothing is in the sample.
    for (DefaultShardOperationFailedException failure : taken.getShardFailures()) {
      counts
          .keySet()
          .removeIf(
              shard ->
                  shard.getIndexName().equals(failure.index()) && shard.id() == failure.shardId());
    }
    List<Sampled> shuffled = new ArrayList<>(taken.vectors());
    // Any part of it is a sample, too.
    Collections.shuffle(shuffled, new Random(seed));
    return new SampleResponse(
        counted.getTotalShards(),
        failures,
        counted.dimension(),
        counted.spaceType(),
        counts,
        shuffled);
  }

  @Override
  protected ShardSampleResponse shardOperation(ShardSampleRequest request, Task task)
      throws IOException {
    IndexService index = indicesService.indexServiceSafe(request.shardId().getIndex());
    IndexShard shard = index.getShard(request.shardId().id());
    QuantizedVectorFieldType type = FieldLookup.find(index, request.field());
    awaitRefresh(shard);
    try (Engine.Searcher searcher = shard.acquireSearcher("quantized_vector_sample");
        RequestMemory memory = RequestMemory.of(breakers, SampleAction.NAME)) {
      LiveVectors vectors =
          new LiveVectors(
              searcher,
              type.name(),
              filter(request, index, searcher),
              () -> checkNotCancelled(task));
      List<Sampled> taken = List.of();
      long count = 0;
      if (request.quota() == 0) {
        count = vectors.count();
      } else {
        memory.reserve(request.quota() * Sampled.bytes(type.dimension()));
        taken = vectors.sample(request.quota(), request.seed());
      }
      return new ShardSampleResponse(
          request.shardId(), type.dimension(), type.spaceType(), count, taken);
    }
  }

  private static void checkNotCancelled(Task task) {
    if (task instanceof CancellableTask cancellable && cancellable.isCancelled()) {
      throw new TaskCancelledException(
          "cancelled task with reason: " + cancellable.getReasonCancelled());
    }
  }

  private static Weight filter(
      ShardSampleRequest request, IndexService index, IndexSearcher searcher) throws IOException {
    QueryShardContext context =
        index.newQueryShardContext(
            request.shardId().id(), searcher, System::currentTimeMillis, null);
    Query documents = AliasedDocuments.of(request.filter(), context);
    return documents == null
        ? null
        : searcher.createWeight(documents, ScoreMode.COMPLETE_NO_SCORES, 1);
  }

  @Override
  protected ShardSampleRequest newShardRequest(
      int numShards, ShardRouting shard, SampleRequest request) {
    return new ShardSampleRequest(shard.shardId(), aliasFilter(shard, request), request);
  }

  @Override
  protected ShardSampleResponse readShardResponse(StreamInput in) throws IOException {
    return new ShardSampleResponse(in);
  }

  /** Primaries first, so that the same seed gives the same sample on whichever node. */
  @Override
  protected GroupShardsIterator<ShardIterator> shards(
      ClusterState state, SampleRequest request, String[] concreteIndices) {
    List<ShardIterator> asked = new ArrayList<>();
    for (ShardIterator shard :
        searchedShards(state, request, concreteIndices, Preference.PRIMARY_FIRST.type())) {
      if (request.asks(shard.shardId())) {
        asked.add(shard);
      }
    }
    return new GroupShardsIterator<>(asked);
  }

  @Override
  protected SampleResponse newResponse(
      SampleRequest request,
      int total,
      List<ShardSampleResponse> answers,
      List<DefaultShardOperationFailedException> failures) {
    for (DefaultShardOperationFailedException failure : failures) {
      // A field that does not exist is a mistake in the request, not the failure of one shard.
      if (ExceptionsHelper.unwrap(failure.getCause(), IllegalArgumentException.class)
          instanceof IllegalArgumentException mistake) {
        throw mistake;
      }
    }
    Map<ShardId, Long> counts = new HashMap<>();
    List<Sampled> vectors = new ArrayList<>();
    for (ShardSampleResponse answer : answers) {
      checkAlike(request, answers.getFirst(), answer);
      counts.put(answer.getShardId(), answer.liveVectors());
      vectors.addAll(answer.vectors());
    }
    return new SampleResponse(
        total,
        failures,
        answers.isEmpty() ? 0 : answers.getFirst().dimension(),
        answers.isEmpty() ? null : answers.getFirst().spaceType(),
        counts,
        vectors);
  }

  private static void checkAlike(
      SampleRequest request, ShardSampleResponse first, ShardSampleResponse other) {
    if (first.dimension() != other.dimension() || first.spaceType() != other.spaceType()) {
      throw new IllegalArgumentException(
          "field ["
              + request.field()
              + "] must be of one dimension and space type in all indexes of a sample, got ["
              + first.dimension()
              + "] and ["
              + first.spaceType().label()
              + "] in ["
              + first.getIndex()
              + "], and ["
              + other.dimension()
              + "] and ["
              + other.spaceType().label()
              + "] in ["
              + other.getIndex()
              + "]");
    }
  }
}
