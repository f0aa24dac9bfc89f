/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.warmup;

import java.io.IOException;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.core.common.io.stream.StreamInput;

/** Asks for the codes and graphs of indexes to be read into memory. */
public final class WarmupRequest extends BroadcastRequest<WarmupRequest> {

  /**
   * @param indices names and patterns
   */
  public WarmupRequest(String... indices) {
    super(indices);
  }

  /** Reads what {@link #writeTo} wrote. */
  public WarmupRequest(StreamInput in) throws IOException {
    super(in);
  }
}
