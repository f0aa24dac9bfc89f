/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import java.io.IOException;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Asks for the stats of indexes. */
public final class StatsRequest extends BroadcastRequest<StatsRequest> {

  /** How far they are broken down. */
  public enum Level {
    /** Per index and field. */
    FIELDS,
    /** And per copy of a shard. */
    SHARDS,
    /** And per segment. */
    SEGMENTS
  }

  private final Level level;
  private boolean complete;

  /**
   * @param indices names and patterns; none for all
   */
  public StatsRequest(Level level, String... indices) {
    super(indices);
    this.level = level;
  }

  /** Reads what {@link #writeTo} wrote. */
  public StatsRequest(StreamInput in) throws IOException {
    super(in);
    level = in.readEnum(Level.class);
    complete = in.readBoolean();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeEnum(level);
    out.writeBoolean(complete);
  }

  Level level() {
    return level;
  }

  /** Has the score errors of all segments measured, however long that takes. */
  public StatsRequest complete() {
    complete = true;
    return this;
  }

  boolean isComplete() {
    return complete;
  }
}
