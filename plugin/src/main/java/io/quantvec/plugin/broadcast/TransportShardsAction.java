/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.broadcast;

import io.quantvec.plugin.settings.QuantvecSettings;
import java.util.Arrays;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.action.support.broadcast.BroadcastResponse;
import org.opensearch.action.support.broadcast.node.TransportBroadcastByNodeAction;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.cluster.routing.ShardsIterator;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.transport.TransportService;

/**
 * Something that is done with every copy of every shard of indexes that may have quantized vectors;
 * others are passed over.
 *
 * @param <R> what is asked
 * @param <A> what is answered
 * @param <S> what a copy has to say
 */
public abstract class TransportShardsAction<
        R extends BroadcastRequest<R>, A extends BroadcastResponse, S extends Writeable>
    extends TransportBroadcastByNodeAction<R, A, S> {

  private final IndicesService indices;

  /**
   * @param name the action's, which roles have to allow
   * @param threadPool what a node works on
   */
  protected TransportShardsAction(
      String name,
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indices,
      ActionFilters actionFilters,
      IndexNameExpressionResolver resolver,
      Writeable.Reader<R> request,
      String threadPool) {
    super(name, clusterService, transportService, actionFilters, resolver, request, threadPool);
    this.indices = indices;
  }

  /** The copy that this node has. */
  protected final IndexShard shard(ShardRouting routing) {
    return indices.indexServiceSafe(routing.shardId().getIndex()).getShard(routing.id());
  }

  @Override
  protected final ShardsIterator shards(ClusterState state, R request, String[] names) {
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
  protected final ClusterBlockException checkGlobalBlock(ClusterState state, R request) {
    return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_READ);
  }

  @Override
  protected final ClusterBlockException checkRequestBlock(
      ClusterState state, R request, String[] names) {
    return state.blocks().indicesBlockedException(ClusterBlockLevel.METADATA_READ, names);
  }
}
