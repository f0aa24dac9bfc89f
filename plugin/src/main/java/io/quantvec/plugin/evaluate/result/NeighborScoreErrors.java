/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import io.quantvec.plugin.wire.JsonNumbers;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * How far the scores of codes are from those of the rerank copies, over the true neighbors, in
 * units of {@code _score}.
 *
 * @param neighbors how many scores were compared
 * @param rms root mean square of the errors
 * @param bias mean of estimate less exact score
 * @param p99 what 99 of a hundred errors are not larger than, whatever their sign
 * @param histogram how they are spread
 */
public record NeighborScoreErrors(
    long neighbors, double rms, double bias, double p99, Histogram histogram)
    implements Writeable, ToXContentObject {

  /**
   * Errors in bins of equal width.
   *
   * @param from the least error
   * @param to the largest error
   * @param counts errors in each bin
   */
  public record Histogram(double from, double to, long[] counts) {}

  static NeighborScoreErrors readFrom(StreamInput in) throws IOException {
    return new NeighborScoreErrors(
        in.readVLong(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        new Histogram(in.readDouble(), in.readDouble(), in.readVLongArray()));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVLong(neighbors);
    out.writeDouble(rms);
    out.writeDouble(bias);
    out.writeDouble(p99);
    out.writeDouble(histogram.from);
    out.writeDouble(histogram.to);
    out.writeVLongArray(histogram.counts);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field("neighbors", neighbors);
    // The older spelling, answered throughout 0.x for clients that read it.
    builder.field("neighbours", neighbors);
    JsonNumbers.numberOrNull(builder, "rms", rms);
    JsonNumbers.numberOrNull(builder, "bias", bias);
    JsonNumbers.numberOrNull(builder, "p99", p99);
    builder.startObject("histogram");
    builder.field("from", histogram.from);
    builder.field("to", histogram.to);
    builder.field("counts", histogram.counts);
    return builder.endObject().endObject();
  }
}
