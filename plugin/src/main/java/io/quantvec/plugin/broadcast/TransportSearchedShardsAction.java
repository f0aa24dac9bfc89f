/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.opensearch.action.NoShardAvailableActionException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.action.support.broadcast.BroadcastResponse;
import org.opensearch.action.support.broadcast.BroadcastShardOperationFailedException;
import org.opensearch.action.support.broadcast.BroadcastShardRequest;
import org.opensearch.action.support.broadcast.BroadcastShardResponse;
import org.opensearch.action.support.broadcast.TransportBroadcastAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.GroupShardsIterator;
import org.opensearch.cluster.routing.ShardIterator;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.search.internal.AliasFilter;
import org.opensearch.transport.TransportService;

/**
 * Asks one copy of each shard, chosen as for a search, and reports each shard that did not answer.
 *
 * @param <R> the request
 * @param <A> the answer
 * @param <Q> the request to a shard
 * @param <S> a shard's answer
 */
public abstract class TransportSearchedShardsAction<
        R extends BroadcastRequest<R>,
        A extends BroadcastResponse,
        Q extends BroadcastShardRequest,
        S extends BroadcastShardResponse>
    extends TransportBroadcastAction<R, A, Q, S> {

  /** A shard that nobody searched is refreshed within a second, so a longer wait means trouble. */
  private static final TimeValue REFRESH_TIMEOUT = TimeValue.timeValueSeconds(30);

  /** The node's indexes. */
  protected final IndicesService indicesService;

  private final Class<S> answerType;

  /**
   * @param name the action's name, which roles have to allow
   * @param request reads a request
   * @param shardRequest reads a request to a shard
   * @param answerType the class of a shard's answer
   * @param threadPool the thread pool on which a node works for its shards
   */
  protected TransportSearchedShardsAction(
      String name,
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indicesService,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver,
      Writeable.Reader<R> request,
      Writeable.Reader<Q> shardRequest,
      Class<S> answerType,
      String threadPool) {
    super(
        name,
        clusterService,
        transportService,
        actionFilters,
        resolver,
        request,
        shardRequest,
        threadPool);
    this.indicesService = indicesService;
    this.answerType = answerType;
  }

  /** Waits until a search of the shard would see all that was indexed before the request. */
  protected static void awaitRefresh(IndexShard shard) {
    awaitRefresh(shard, REFRESH_TIMEOUT);
  }

  /**
   * Waits until a search of the shard would see all that was indexed before the request.
   *
   * @param most the longest time to wait, if it is shorter than the default of 30 seconds
   */
  protected static void awaitRefresh(IndexShard shard, TimeValue most) {
    PlainActionFuture<Boolean> active = new PlainActionFuture<>();
    shard.awaitShardSearchActive(active::onResponse);
    active.actionGet(most.compareTo(REFRESH_TIMEOUT) < 0 ? most : REFRESH_TIMEOUT);
  }

  /** The filter of the aliases by which the request names a shard's index. */
  protected final AliasFilter aliasFilter(ShardRouting shard, R request) {
    return AliasedDocuments.filter(
        clusterService.state(),
        indicesService,
        indexNameExpressionResolver,
        shard.getIndexName(),
        request.indices());
  }

  /**
   * The shards of the request's indexes, each with its copies in the order to try them.
   *
   * @param preference as the {@code preference} of a search
   */
  protected final GroupShardsIterator<ShardIterator> searchedShards(
      ClusterState state, R request, String[] concreteIndices, String preference) {
    return clusterService
        .operationRouting()
        .searchShards(
            state,
            concreteIndices,
            indexNameExpressionResolver.resolveSearchRouting(state, null, request.indices()),
            preference);
  }

  @Override
  protected final ClusterBlockException checkGlobalBlock(ClusterState state, R request) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.READ);
  }

  @Override
  protected final ClusterBlockException checkRequestBlock(
      ClusterState state, R request, String[] concreteIndices) {
    return state.blocks().indicesBlockedException(ClusterBlockLevel.READ, concreteIndices);
  }

  @Override
  @SuppressWarnings("rawtypes")
  protected final A newResponse(R request, AtomicReferenceArray responses, ClusterState state) {
    List<DefaultShardOperationFailedException> failures = new ArrayList<>();
    List<S> answers = new ArrayList<>();
    for (int i = 0; i < responses.length(); i++) {
      Object answer = responses.get(i);
      if (answerType.isInstance(answer)) {
        answers.add(answerType.cast(answer));
      } else if (answer instanceof BroadcastShardOperationFailedException failure) {
        failures.add(new DefaultShardOperationFailedException(failure));
      } else {
        failures.add(unavailable(request, state, i));
      }
    }
    return newResponse(request, responses.length(), answers, failures);
  }

  /**
   * The answer to the request.
   *
   * @param total shards that were asked
   * @param answers what shards answered
   * @param failures one for each of the other shards
   */
  protected abstract A newResponse(
      R request, int total, List<S> answers, List<DefaultShardOperationFailedException> failures);

  /** The platform reports no failure for a shard without an active copy. */
  private DefaultShardOperationFailedException unavailable(
      R request, ClusterState state, int number) {
    ShardId shard =
        shards(state, request, indexNameExpressionResolver.concreteIndexNames(state, request))
            .get(number)
            .shardId();
    return new DefaultShardOperationFailedException(
        new BroadcastShardOperationFailedException(
            shard, new NoShardAvailableActionException(shard)));
  }
}
