/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.segment.FieldBytes;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** Bytes of files, by kind: those of {@link FieldBytes} summed over segments. */
public record ByteCounts(FieldBytes bytes) implements Writeable, ToXContentFragment {

  /** No bytes. */
  public static final ByteCounts NONE = new ByteCounts(new FieldBytes(0, 0, 0, 0, 0, 0));

  /** Reads what {@link #writeTo} wrote. */
  public ByteCounts(StreamInput in) throws IOException {
    this(
        new FieldBytes(
            in.readVLong(),
            in.readVLong(),
            in.readVLong(),
            in.readVLong(),
            in.readVLong(),
            in.readVLong()));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVLong(bytes.codes());
    out.writeVLong(bytes.corrections());
    out.writeVLong(bytes.rerankCopy());
    out.writeVLong(bytes.errorTerms());
    out.writeVLong(bytes.graph());
    out.writeVLong(bytes.calibrations());
  }

  /** The sum of this and another. */
  public ByteCounts plus(ByteCounts other) {
    FieldBytes more = other.bytes;
    return new ByteCounts(
        new FieldBytes(
            bytes.codes() + more.codes(),
            bytes.corrections() + more.corrections(),
            bytes.rerankCopy() + more.rerankCopy(),
            bytes.errorTerms() + more.errorTerms(),
            bytes.graph() + more.graph(),
            bytes.calibrations() + more.calibrations()));
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject("bytes");
    builder
        .startObject("hot")
        .field("total", bytes.hot())
        .field("codes", bytes.codes())
        .field("corrections", bytes.corrections())
        .field("graph", bytes.graph())
        .endObject();
    builder
        .startObject("cold")
        .field("total", bytes.cold())
        .field("rerank_copy", bytes.rerankCopy())
        .field("error_terms", bytes.errorTerms())
        .endObject();
    return builder.field("calibrations", bytes.calibrations()).endObject();
  }
}
