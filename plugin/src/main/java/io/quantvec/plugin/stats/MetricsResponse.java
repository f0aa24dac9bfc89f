/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import java.io.IOException;
import java.util.List;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.nodes.BaseNodesResponse;
import org.opensearch.cluster.ClusterName;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** The metrics of nodes. */
public final class MetricsResponse extends BaseNodesResponse<NodeMetrics>
    implements ToXContentFragment {

  MetricsResponse(
      ClusterName cluster, List<NodeMetrics> nodes, List<FailedNodeException> failures) {
    super(cluster, nodes, failures);
  }

  /** Reads what {@link #writeTo} wrote. */
  public MetricsResponse(StreamInput in) throws IOException {
    super(in);
  }

  @Override
  protected List<NodeMetrics> readNodesFrom(StreamInput in) throws IOException {
    return in.readList(NodeMetrics::new);
  }

  @Override
  protected void writeNodesTo(StreamOutput out, List<NodeMetrics> nodes) throws IOException {
    out.writeList(nodes);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject("nodes");
    for (NodeMetrics metrics : getNodes()) {
      builder.startObject(metrics.getNode().getId());
      metrics.toXContent(builder, params);
      builder.endObject();
    }
    return builder.endObject();
  }
}
