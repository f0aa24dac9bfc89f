/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

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
import org.opensearch.indices.IndicesService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Asks every copy of every shard. Indexes that cannot have such vectors are not asked. */
public final class TransportStatsAction
    extends TransportBroadcastByNodeAction<StatsRequest, StatsResponse, ShardStats> {

  private final IndicesService indices;
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
        actionFilters,
        resolver,
        StatsRequest::new,
        ThreadPool.Names.MANAGEMENT);
    this.indices = indices;
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
        indices.indexServiceSafe(routing.shardId().getIndex()).getShard(routing.id()),
        request.level() == StatsRequest.Level.SEGMENTS,
        request.isComplete());
  }

  @Override
  protected ShardsIterator shards(ClusterState state, StatsRequest request, String[] names) {
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
  protected ClusterBlockException checkGlobalBlock(ClusterState state, StatsRequest request) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_READ);
  }

  @Override
  protected ClusterBlockException checkRequestBlock(
      ClusterState state, StatsRequest request, String[] names) {
    return state.blocks().indicesBlockedException(ClusterBlockLevel.METADATA_READ, names);
  }
}
