/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

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
import org.opensearch.indices.IndicesService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Asks every copy of every shard. Indexes that cannot have such vectors are not asked. */
public final class TransportStatsAction
    extends TransportShardsAction<StatsRequest, StatsResponse, ShardStats> {

  private final ShardStatsReader reader;

  /** The constructor that the node calls. */
  @Inject
  public TransportStatsAction(
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indices,
      ShardStatsReader reader,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver) {
    super(
        StatsAction.NAME,
        clusterService,
        transportService,
        indices,
        actionFilters,
        resolver,
        StatsRequest::new,
        ThreadPool.Names.MANAGEMENT);
    this.reader = reader;
  }

  @Override
  protected ShardStats readShardResult(StreamInput in) throws IOException {
    return new ShardStats(in);
  }

  @Override
  protected StatsResponse newResponse(
      StatsRequest request,
      int total,
      int successful,
      int failed,
      List<ShardStats> shards,
      List<DefaultShardOperationFailedException> failures,
      ClusterState state) {
    return new StatsResponse(total, successful, failed, failures, request.level(), shards);
  }

  @Override
  protected StatsRequest readRequestFrom(StreamInput in) throws IOException {
    return new StatsRequest(in);
  }

  @Override
  protected ShardStats shardOperation(StatsRequest request, ShardRouting routing)
      throws IOException {
    return reader.read(
        shard(routing), request.level() == StatsRequest.Level.SEGMENTS, request.isComplete());
  }
}
