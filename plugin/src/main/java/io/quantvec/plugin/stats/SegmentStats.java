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
 * @param identity the segment and its vectors
 * @param bytes of its files
 * @param hasGraph whether searches traverse a graph; false if the segment is too small for one
 * @param codes what the segment stores of each vector
 * @param provenance where the calibration and the codes come from
 * @param fit how well the codes represent the vectors
 * @param scoreErrors as measured on the files; null if there was no time yet
 */
public record SegmentStats(
    Identity identity,
    ByteCounts bytes,
    boolean hasGraph,
    Codes codes,
    Provenance provenance,
    Fit fit,
    ScoreErrorStats scoreErrors)
    implements Writeable, ToXContentObject {
  /**
   * The segment and its vectors.
   *
   * @param segment its name
   * @param writtenAt when it was flushed or merged, in milliseconds since the epoch; 0 if not known
   * @param vectors vectors, deleted ones included
   * @param deleted vectors of deleted documents
   */
  public record Identity(String segment, long writtenAt, int vectors, int deleted) {}

  /**
   * What the segment stores of each vector.
   *
   * @param precision as the mapping had it
   * @param bits bits per dimension of a code
   * @param targetRecall of a segment that chose its bits: what they were chosen for; NaN otherwise
   * @param expectedRecall what a sample of its vectors found with them; NaN otherwise, or if there
   *     were too few
   * @param rerank the kind of the rerank copy
   */
  public record Codes(
      String precision, double bits, double targetRecall, double expectedRecall, String rerank) {}

  /**
   * Where the calibration and the codes come from.
   *
   * @param calibrationId null for half floats
   * @param origin where the calibration comes from
   * @param reason why the segment has this calibration
   * @param copied vectors whose codes the last merge copied
   */
  public record Provenance(
      String calibrationId, CodeOrigin origin, CodeReason reason, int copied) {}

  /**
   * How well the codes represent the vectors.
   *
   * @param codeError what codes lose of a vector's direction, as measured when they were written;
   *     NaN without a calibration, as the following are
   * @param clipRate share of components out of the codes' range
   * @param driftRatio live over expected error, squared
   * @param driftThreshold the ratio from which on that is drift
   * @param driftAdvice what to do; null if it has not drifted
   * @param valueError how far vectors as they are read are from what was indexed
   */
  public record Fit(
      double codeError,
      double clipRate,
      double driftRatio,
      double driftThreshold,
      String driftAdvice,
      double valueError) {}

  /** Reads what {@link #writeTo} wrote. */
  public SegmentStats(StreamInput in) throws IOException {
    this(
        new Identity(in.readString(), in.readVLong(), in.readVInt(), in.readVInt()),
        new ByteCounts(in),
        in.readBoolean(),
        new Codes(
            in.readString(), in.readDouble(), in.readDouble(), in.readDouble(), in.readString()),
        new Provenance(
            in.readOptionalString(),
            WireNumbers.readOrigin(in),
            WireNumbers.readReason(in),
            in.readVInt()),
        new Fit(
            in.readDouble(),
            in.readDouble(),
            in.readDouble(),
            in.readDouble(),
            in.readOptionalString(),
            in.readDouble()),
        in.readOptionalWriteable(ScoreErrorStats::new));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(identity.segment());
    out.writeVLong(identity.writtenAt());
    out.writeVInt(identity.vectors());
    out.writeVInt(identity.deleted());
    bytes.writeTo(out);
    out.writeBoolean(hasGraph);
    out.writeString(codes.precision());
    out.writeDouble(codes.bits());
    out.writeDouble(codes.targetRecall());
    out.writeDouble(codes.expectedRecall());
    out.writeString(codes.rerank());
    out.writeOptionalString(provenance.calibrationId());
    WireNumbers.write(out, provenance.origin());
    WireNumbers.write(out, provenance.reason());
    out.writeVInt(provenance.copied());
    out.writeDouble(fit.codeError());
    out.writeDouble(fit.clipRate());
    out.writeDouble(fit.driftRatio());
    out.writeDouble(fit.driftThreshold());
    out.writeOptionalString(fit.driftAdvice());
    out.writeDouble(fit.valueError());
    out.writeOptionalWriteable(scoreErrors);
  }

  /** Whether its vectors are not what the calibration was learned from. */
  public boolean drifted() {
    return fit.driftAdvice() != null;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    if (identity.writtenAt() > 0) {
      builder.timeField("written_at_in_millis", "written_at", identity.writtenAt());
    }
    builder.field("vectors", identity.vectors()).field("deleted_vectors", identity.deleted());
    bytes.toXContent(builder, params);
    builder.field("has_graph", hasGraph).field("precision", codes.precision());
    JsonNumbers.numberIfKnown(builder, "bits", codes.bits());
    JsonNumbers.numberIfKnown(builder, "target_recall", codes.targetRecall());
    JsonNumbers.numberIfKnown(builder, "expected_recall", codes.expectedRecall());
    builder.field("rerank", codes.rerank());
    if (provenance.calibrationId() != null) {
      builder.field("calibration", provenance.calibrationId());
    }
    builder
        .field("origin", provenance.origin().name().toLowerCase(Locale.ROOT))
        .field("reason", provenance.reason().name().toLowerCase(Locale.ROOT))
        .field("copied_vectors", provenance.copied());
    JsonNumbers.numberIfKnown(builder, "code_error", fit.codeError());
    JsonNumbers.numberIfKnown(builder, "clip_rate", fit.clipRate());
    JsonNumbers.numberIfKnown(builder, "value_error", fit.valueError());
    if (scoreErrors != null) {
      FieldStats.scoreErrors(builder, scoreErrors);
    }
    if (Double.isFinite(fit.driftRatio())) {
      builder.startObject("drift");
      JsonNumbers.numberIfKnown(builder, "ratio", fit.driftRatio());
      JsonNumbers.numberIfKnown(builder, "threshold", fit.driftThreshold());
      builder.field("flagged", drifted());
      builder.endObject();
    }
    return builder.endObject();
  }
}
