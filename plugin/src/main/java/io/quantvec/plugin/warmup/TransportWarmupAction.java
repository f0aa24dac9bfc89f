/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.warmup;

import io.quantvec.plugin.QuantvecSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.broadcast.node.TransportBroadcastByNodeAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.cluster.routing.ShardsIterator;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.index.shard.IndexShardState;
import org.opensearch.indices.IndicesService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * Reads every copy of every shard, for each may be searched. Indexes that cannot have such vectors
 * have nothing to read.
 */
public final class TransportWarmupAction
    extends TransportBroadcastByNodeAction<WarmupRequest, WarmupResponse, ShardWarmup> {

  private final IndicesService indices;

  /** The constructor that the node calls. */
  @Inject
  public TransportWarmupAction(
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indices,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver) {
    super(
        WarmupAction.NAME,
        clusterService,
        transportService,
        actionFilters,
        resolver,
        WarmupRequest::new,
        ThreadPool.Names.WARMER);
    this.indices = indices;
  }

  @Override
  protected ShardWarmup readShardResult(StreamInput in) throws IOException {
    return new ShardWarmup(in);
  }

  @Override
  protected WarmupResponse newResponse(
      WarmupRequest request,
      int total,
      int successful,
      int failed,
      List<ShardWarmup> shards,
      List<DefaultShardOperationFailedException> failures,
      ClusterState state) {
    return new WarmupResponse(total, successful, failed, failures, shards);
  }

  @Override
  protected WarmupRequest readRequestFrom(StreamInput in) throws IOException {
    return new WarmupRequest(in);
  }

  @Override
  protected ShardWarmup shardOperation(WarmupRequest request, ShardRouting routing)
      throws IOException {
    IndexShard shard =
        indices.indexServiceSafe(routing.shardId().getIndex()).getShard(routing.id());
    return ShardWarmup.run(
        shard,
        () -> shard.state() != IndexShardState.CLOSED && !Thread.currentThread().isInterrupted());
  }

  @Override
  protected ShardsIterator shards(ClusterState state, WarmupRequest request, String[] names) {
    return state
        .routingTable()
        .allShards(
            Arrays.stream(names)
                .filter(
                    name ->
                        QuantvecSettings.takesQuantizedVectors(
                            state.metadata().index(name).getSettings()))
                .toArray(String[]::new));
  }

  @Override
  protected ClusterBlockException checkGlobalBlock(ClusterState state, WarmupRequest request) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_READ);
  }

  @Override
  protected ClusterBlockException checkRequestBlock(
      ClusterState state, WarmupRequest request, String[] names) {
    return state.blocks().indicesBlockedException(ClusterBlockLevel.METADATA_READ, names);
  }
}
