/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.plugin.wire.JsonNumbers;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.Locale;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * One field in one segment.
 *
 * @param segment its name
 * @param writtenAt when it was flushed or merged, in milliseconds since the epoch; 0 if not known
 * @param vectors vectors, deleted ones included
 * @param deleted vectors of deleted documents
 * @param bytes of its files
 * @param hasGraph whether searches walk through a graph; false if the segment is too small for one
 * @param precision as the mapping had it
 * @param bits bits per dimension of a code
 * @param targetRecall of a segment that chose its bits: what they were chosen for; NaN otherwise
 * @param expectedRecall what a sample of its vectors found with them; NaN otherwise, or if there
 *     were too few
 * @param rerank the kind of the rerank copy
 * @param calibrationId null for half floats
 * @param copied vectors whose codes the last merge copied
 * @param codeError what codes lose of a vector's direction, as measured when they were written; NaN
 *     without a calibration, as the following are
 * @param clipRate share of components out of the codes' range
 * @param driftRatio live over expected error, squared
 * @param driftThreshold the ratio from which on that is drift
 * @param driftAdvice what to do; null if it has not drifted
 * @param valueError how far vectors as they are read are from what was indexed
 * @param scoreErrors as measured on the files; null if there was no time yet
 */
public record SegmentStats(
    String segment,
    long writtenAt,
    int vectors,
    int deleted,
    ByteCounts bytes,
    boolean hasGraph,
    String precision,
    double bits,
    double targetRecall,
    double expectedRecall,
    String rerank,
    String calibrationId,
    CodeOrigin origin,
    CodeReason reason,
    int copied,
    double codeError,
    double clipRate,
    double driftRatio,
    double driftThreshold,
    String driftAdvice,
    double valueError,
    ScoreErrorStats scoreErrors)
    implements Writeable, ToXContentObject {

  /** Reads what {@link #writeTo} wrote. */
  public SegmentStats(StreamInput in) throws IOException {
    this(
        in.readString(),
        in.readVLong(),
        in.readVInt(),
        in.readVInt(),
        new ByteCounts(in),
        in.readBoolean(),
        in.readString(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readString(),
        in.readOptionalString(),
        WireNumbers.readOrigin(in),
        WireNumbers.readReason(in),
        in.readVInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readOptionalString(),
        in.readDouble(),
        in.readOptionalWriteable(ScoreErrorStats::new));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(segment);
    out.writeVLong(writtenAt);
    out.writeVInt(vectors);
    out.writeVInt(deleted);
    bytes.writeTo(out);
    out.writeBoolean(hasGraph);
    out.writeString(precision);
    out.writeDouble(bits);
    out.writeDouble(targetRecall);
    out.writeDouble(expectedRecall);
    out.writeString(rerank);
    out.writeOptionalString(calibrationId);
    WireNumbers.write(out, origin);
    WireNumbers.write(out, reason);
    out.writeVInt(copied);
    out.writeDouble(codeError);
    out.writeDouble(clipRate);
    out.writeDouble(driftRatio);
    out.writeDouble(driftThreshold);
    out.writeOptionalString(driftAdvice);
    out.writeDouble(valueError);
    out.writeOptionalWriteable(scoreErrors);
  }

  /** Whether its vectors are not what the calibration was learned from. */
  public boolean drifted() {
    return driftAdvice != null;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    if (writtenAt > 0) {
      builder.timeField("written_at_in_millis", "written_at", writtenAt);
    }
    builder.field("vectors", vectors).field("deleted_vectors", deleted);
    bytes.toXContent(builder, params);
    builder.field("has_graph", hasGraph).field("precision", precision);
    JsonNumbers.numberIfKnown(builder, "bits", bits);
    JsonNumbers.numberIfKnown(builder, "target_recall", targetRecall);
    JsonNumbers.numberIfKnown(builder, "expected_recall", expectedRecall);
    builder.field("rerank", rerank);
    if (calibrationId != null) {
      builder.field("calibration", calibrationId);
    }
    builder
        .field("origin", origin.name().toLowerCase(Locale.ROOT))
        .field("reason", reason.name().toLowerCase(Locale.ROOT))
        .field("copied_vectors", copied);
    JsonNumbers.numberIfKnown(builder, "code_error", codeError);
    JsonNumbers.numberIfKnown(builder, "clip_rate", clipRate);
    JsonNumbers.numberIfKnown(builder, "value_error", valueError);
    if (scoreErrors != null) {
      FieldStats.scoreErrors(builder, scoreErrors);
    }
    if (Double.isFinite(driftRatio)) {
      builder.startObject("drift");
      JsonNumbers.numberIfKnown(builder, "ratio", driftRatio);
      JsonNumbers.numberIfKnown(builder, "threshold", driftThreshold);
      builder.field("flagged", drifted());
      builder.endObject();
    }
    return builder.endObject();
  }
}
