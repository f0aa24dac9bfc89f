/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.plugin.wire.WireNumbered;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.tasks.Task;

/**
 * How far an evaluation is.
 *
 * @param phase what it is at
 * @param done queries or precisions that are measured
 * @param total those that there are
 */
public record EvaluateStatus(Phase phase, int done, int total) implements Task.Status {

  /** The steps. */
  public enum Phase implements WireNumbered {
    /** Samples, checks and estimates. */
    PLANNING(0),
    /** Searches and scans. */
    SEARCHING(1),
    /** Other precisions. */
    TRYING_PRECISIONS(2);

    private final int wireNumber;

    Phase(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    @Override
    public int wireNumber() {
      return wireNumber;
    }
  }

  /** The name on the wire. */
  public static final String NAME = "quantized_vector_evaluate";

  /** Reads what {@link #writeTo} wrote. */
  public EvaluateStatus(StreamInput in) throws IOException {
    this(WireNumbers.read(in, Phase.class), in.readVInt(), in.readVInt());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    WireNumbers.write(out, phase);
    out.writeVInt(done);
    out.writeVInt(total);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder
        .startObject()
        .field("phase", phase.name().toLowerCase(Locale.ROOT))
        .field("done", done)
        .field("total", total)
        .endObject();
  }
}
