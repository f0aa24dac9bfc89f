/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import java.io.IOException;
import org.opensearch.action.support.nodes.BaseNodesRequest;
import org.opensearch.core.common.io.stream.StreamInput;

/** Asks nodes for their metrics. */
public final class MetricsRequest extends BaseNodesRequest<MetricsRequest> {

  /**
   * @param nodes ids, names or filters as everywhere; none for all
   */
  public MetricsRequest(String... nodes) {
    super(nodes);
  }

  /** Reads what {@link #writeTo} wrote. */
  public MetricsRequest(StreamInput in) throws IOException {
    super(in);
  }
}
