/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.warmup;

import io.quantvec.plugin.broadcast.TransportShardsAction;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.ShardRouting;
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
 * Warms up every copy of every shard, because a search may use any copy. Indexes without quantized
 * vectors are skipped.
 */
public final class TransportWarmupAction
    extends TransportShardsAction<WarmupRequest, WarmupResponse, ShardWarmup> {

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
        indices,
        actionFilters,
        resolver,
        WarmupRequest::new,
        ThreadPool.Names.WARMER);
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
    IndexShard shard = shard(routing);
    return ShardWarmup.run(
        shard,
        () -> shard.state() != IndexShardState.CLOSED && !Thread.currentThread().isInterrupted());
  }
}
