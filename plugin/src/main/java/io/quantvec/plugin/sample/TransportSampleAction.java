/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.search.RequestMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Weight;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.NoShardAvailableActionException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.broadcast.BroadcastShardOperationFailedException;
import org.opensearch.action.support.broadcast.TransportBroadcastAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.GroupShardsIterator;
import org.opensearch.cluster.routing.Preference;
import org.opensearch.cluster.routing.ShardIterator;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.indices.breaker.CircuitBreakerService;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.mapper.MappedFieldType;
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
    extends TransportBroadcastAction<
        SampleRequest, SampleResponse, ShardSampleRequest, ShardSampleResponse> {

  /** The most that the vectors of a sample may take, without their ids. */
  public static final long MAX_BYTES = 64L << 20;

  /** Refreshes of shards that nobody searched come every second. */
  private static final TimeValue REFRESH_TIMEOUT = TimeValue.timeValueSeconds(30);

  private final IndicesService indicesService;
  private final CircuitBreakerService breakers;

  /**
   * Its threads are those for work that may wait: reading vectors from disks must not keep searches
   * waiting, nor what watches over the node.
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
        actionFilters,
        resolver,
        SampleRequest::new,
        ShardSampleRequest::new,
        ThreadPool.Names.GENERIC);
    this.indicesService = indicesService;
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
    QuantizedVectorFieldType type = fieldType(index, request.field());
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

  /** As for a search: what was indexed while nobody searched is not to be seen before. */
  private static void awaitRefresh(IndexShard shard) {
    PlainActionFuture<Boolean> active = new PlainActionFuture<>();
    shard.awaitShardSearchActive(active::onResponse);
    active.actionGet(REFRESH_TIMEOUT);
  }

  private static void checkNotCancelled(Task task) {
    if (task instanceof CancellableTask cancellable && cancellable.isCancelled()) {
      throw new TaskCancelledException(
          "cancelled task with reason: " + cancellable.getReasonCancelled());
    }
  }

  private static QuantizedVectorFieldType fieldType(IndexService index, String field) {
    MappedFieldType type = index.mapperService().fieldType(field);
    if (type != null && type.unwrap() instanceof QuantizedVectorFieldType vectorType) {
      return vectorType;
    }
    throw new IllegalArgumentException(
        "index ["
            + index.index().getName()
            + "] has "
            + (type == null
                ? "no field [" + field + "]"
                : "a field [" + field + "] of type [" + type.typeName() + "]")
            + ", expected one of type ["
            + QuantizedVectorFieldType.TYPE_NAME
            + "]");
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
    return new ShardSampleRequest(
        shard.shardId(),
        AliasedDocuments.filter(
            clusterService.state(),
            indicesService,
            indexNameExpressionResolver,
            shard.getIndexName(),
            request.indices()),
        request);
  }

  @Override
  protected ShardSampleResponse readShardResponse(StreamInput in) throws IOException {
    return new ShardSampleResponse(in);
  }

  /** Primaries first, for the same seed is to give the same sample, whichever node is asked. */
  @Override
  protected GroupShardsIterator<ShardIterator> shards(
      ClusterState state, SampleRequest request, String[] concreteIndices) {
    List<ShardIterator> asked = new ArrayList<>();
    for (ShardIterator shard :
        clusterService
            .operationRouting()
            .searchShards(
                state,
                concreteIndices,
                indexNameExpressionResolver.resolveSearchRouting(state, null, request.indices()),
                Preference.PRIMARY_FIRST.type())) {
      if (request.asks(shard.shardId())) {
        asked.add(shard);
      }
    }
    return new GroupShardsIterator<>(asked);
  }

  @Override
  protected ClusterBlockException checkGlobalBlock(ClusterState state, SampleRequest request) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.READ);
  }

  @Override
  protected ClusterBlockException checkRequestBlock(
      ClusterState state, SampleRequest request, String[] concreteIndices) {
    return state.blocks().indicesBlockedException(ClusterBlockLevel.READ, concreteIndices);
  }

  @Override
  @SuppressWarnings("rawtypes")
  protected SampleResponse newResponse(
      SampleRequest request, AtomicReferenceArray responses, ClusterState state) {
    List<DefaultShardOperationFailedException> failures = new ArrayList<>();
    Map<ShardId, Long> counts = new HashMap<>();
    List<Sampled> vectors = new ArrayList<>();
    ShardSampleResponse first = null;
    for (int i = 0; i < responses.length(); i++) {
      Object answer = responses.get(i);
      if (answer instanceof ShardSampleResponse response) {
        first = first == null ? response : first;
        checkAlike(request, first, response);
        counts.put(response.getShardId(), response.liveVectors());
        vectors.addAll(response.vectors());
      } else if (answer instanceof BroadcastShardOperationFailedException failure) {
        // That a field does not exist is no matter of one shard.
        if (ExceptionsHelper.unwrap(failure, IllegalArgumentException.class)
            instanceof IllegalArgumentException mistake) {
          throw mistake;
        }
        failures.add(new DefaultShardOperationFailedException(failure));
      } else {
        failures.add(unavailable(request, state, i));
      }
    }
    return new SampleResponse(
        responses.length(),
        failures,
        first == null ? 0 : first.dimension(),
        first == null ? null : first.spaceType(),
        counts,
        vectors);
  }

  /** The platform leaves shards without an active copy out; a sample without them is no whole. */
  private DefaultShardOperationFailedException unavailable(
      SampleRequest request, ClusterState state, int number) {
    ShardId shard =
        shards(state, request, indexNameExpressionResolver.concreteIndexNames(state, request))
            .get(number)
            .shardId();
    return new DefaultShardOperationFailedException(
        new BroadcastShardOperationFailedException(
            shard, new NoShardAvailableActionException(shard)));
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
