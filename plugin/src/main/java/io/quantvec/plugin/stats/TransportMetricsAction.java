/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.plugin.settings.QuantvecSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.store.AlreadyClosedException;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.nodes.TransportNodesAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.index.IndexService;
import org.opensearch.index.shard.IllegalIndexShardStateException;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportRequest;
import org.opensearch.transport.TransportService;

/** Adds up on each node what its shards say. */
public final class TransportMetricsAction
    extends TransportNodesAction<
        MetricsRequest, MetricsResponse, TransportMetricsAction.NodeRequest, NodeMetrics> {

  /** Asks one node. */
  public static final class NodeRequest extends TransportRequest {

    /** Of all that there is. */
    public NodeRequest() {}

    /** Reads what {@link #writeTo} wrote. */
    public NodeRequest(StreamInput in) throws IOException {
      super(in);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      super.writeTo(out);
    }
  }

  private final IndicesService indices;
  private final ShardStatsReader reader;

  /** The constructor that the node calls. */
  @Inject
  public TransportMetricsAction(
      ThreadPool threadPool,
      ClusterService clusterService,
      TransportService transportService,
      IndicesService indices,
      ShardStatsReader reader,
      ActionFilters actionFilters) {
    super(
        MetricsAction.NAME,
        threadPool,
        clusterService,
        transportService,
        actionFilters,
        MetricsRequest::new,
        NodeRequest::new,
        ThreadPool.Names.MANAGEMENT,
        NodeMetrics.class);
    this.indices = indices;
    this.reader = reader;
  }

  @Override
  protected MetricsResponse newResponse(
      MetricsRequest request, List<NodeMetrics> nodes, List<FailedNodeException> failures) {
    return new MetricsResponse(clusterService.getClusterName(), nodes, failures);
  }

  @Override
  protected NodeRequest newNodeRequest(MetricsRequest request) {
    return new NodeRequest();
  }

  @Override
  protected NodeMetrics newNodeResponse(StreamInput in) throws IOException {
    return new NodeMetrics(in);
  }

  @Override
  protected NodeMetrics nodeOperation(NodeRequest request) {
    FieldStats all = new FieldStats();
    Set<String> calibrations = new HashSet<>();
    int shards = 0;
    int fields = 0;
    double worst = Double.NaN;
    for (IndexService index : indices) {
      if (!QuantvecSettings.takesQuantizedVectors(index.getIndexSettings().getSettings())) {
        continue;
      }
      for (IndexShard shard : index) {
        ShardStats stats = read(shard);
        if (stats != null) {
          shards++;
          fields += stats.fields().size();
          calibrations.addAll(stats.calibrations().keySet());
          for (Map.Entry<String, FieldStats> field : stats.fields().entrySet()) {
            all.add(field.getValue());
            double error = field.getValue().scoreErrors().relative();
            worst = Double.isNaN(worst) || error > worst ? error : worst;
          }
        }
      }
    }
    return new NodeMetrics(
        clusterService.localNode(),
        NodeMetrics.of(all, worst, shards, fields, calibrations.size()));
  }

  /** Null of a shard that starts or leaves at this moment: it counts where it is. */
  private ShardStats read(IndexShard shard) {
    try {
      return reader.read(shard, false, false);
    } catch (IllegalIndexShardStateException | AlreadyClosedException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
