/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.plugin.wire.WireNumbered;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Asks for the stats of indexes. */
public final class StatsRequest extends BroadcastRequest<StatsRequest> {

  /** How far they are broken down. */
  public enum Level implements WireNumbered {
    /** Per index and field. */
    FIELDS(0),
    /** And per copy of a shard. */
    SHARDS(1),
    /** And per segment. */
    SEGMENTS(2);

    private final int wireNumber;

    Level(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    @Override
    public int wireNumber() {
      return wireNumber;
    }
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
    level = WireNumbers.read(in, Level.class);
    complete = in.readBoolean();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    WireNumbers.write(out, level);
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
