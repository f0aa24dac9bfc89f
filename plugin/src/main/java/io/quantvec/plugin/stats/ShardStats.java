/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * One copy of a shard.
 *
 * @param routing which shard, and where
 * @param fields by name
 * @param segments by field; empty if nobody asked for them
 * @param calibrations that the segments use, by id
 */
public record ShardStats(
    ShardRouting routing,
    Map<String, FieldStats> fields,
    Map<String, List<SegmentStats>> segments,
    Map<String, CalibrationInfo> calibrations)
    implements Writeable {

  /** Reads what {@link #writeTo} wrote. */
  public ShardStats(StreamInput in) throws IOException {
    this(
        new ShardRouting(in),
        in.readMap(StreamInput::readString, FieldStats::new),
        in.readMap(StreamInput::readString, i -> i.readList(SegmentStats::new)),
        in.readMap(StreamInput::readString, CalibrationInfo::new));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    routing.writeTo(out);
    out.writeMap(fields, StreamOutput::writeString, (o, value) -> value.writeTo(o));
    out.writeMap(segments, StreamOutput::writeString, StreamOutput::writeList);
    out.writeMap(calibrations, StreamOutput::writeString, (o, value) -> value.writeTo(o));
  }
}
