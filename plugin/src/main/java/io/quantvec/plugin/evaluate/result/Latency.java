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
 * Percentiles of times in milliseconds; NaN if nothing was measured.
 *
 * @param p50 of half of all
 * @param p90 of nine in ten
 * @param p99 of 99 in a hundred
 */
public record Latency(double p50, double p90, double p99) implements Writeable, ToXContentObject {

  public static Latency ofNanos(MeasuredValues nanos) {
    Percentiles percentiles = new Percentiles(nanos.toArray());
    return new Latency(
        percentiles.at(50) / 1e6, percentiles.at(90) / 1e6, percentiles.at(99) / 1e6);
  }

  static Latency readFrom(StreamInput in) throws IOException {
    return new Latency(in.readDouble(), in.readDouble(), in.readDouble());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeDouble(p50);
    out.writeDouble(p90);
    out.writeDouble(p99);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    JsonNumbers.numberOrNull(builder, "p50", p50);
    JsonNumbers.numberOrNull(builder, "p90", p90);
    JsonNumbers.numberOrNull(builder, "p99", p99);
    return builder.endObject();
  }
}
