/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What other precisions would give.
 *
 * @param sample vectors that they were tried on
 * @param vectors live vectors of the field that these stand for
 * @param k neighbors in the sample that stand for the k of the field
 * @param results one a precision, as far as there was time
 * @param cheapest the name of the one with the fewest bytes of codes that meets the target, or its
 *     bits; null if none does or no target was given
 */
public record TrialReport(
    int sample, long vectors, int k, List<TrialResult> results, String cheapest)
    implements Writeable, ToXContentObject {

  static TrialReport readFrom(StreamInput in) throws IOException {
    return new TrialReport(
        in.readVInt(),
        in.readVLong(),
        in.readVInt(),
        in.readList(TrialResult::readFrom),
        in.readOptionalString());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVInt(sample);
    out.writeVLong(vectors);
    out.writeVInt(k);
    out.writeCollection(results);
    out.writeOptionalString(cheapest);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field("sample_size", sample);
    builder.field("of_vectors", vectors);
    builder.field("neighbors_in_sample", k);
    // The older spelling, answered throughout 0.x for clients that read it.
    builder.field("neighbours_in_sample", k);
    builder.field(
        "measured",
        "by scans of a sample without a graph, whose "
            + k
            + " nearest stand for the k nearest of the field, with as much smaller a part of the"
            + " candidates");
    builder.field("cheapest", cheapest);
    builder.startArray("results");
    for (TrialResult result : results) {
      builder.value(result);
    }
    return builder.endArray().endObject();
  }
}
