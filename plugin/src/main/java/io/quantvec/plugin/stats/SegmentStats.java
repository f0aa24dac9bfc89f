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

  /** The name of the segment. */
  public String segment() {
    return identity.segment();
  }

  /** When it was flushed or merged, in milliseconds since the epoch; 0 if not known. */
  public long writtenAt() {
    return identity.writtenAt();
  }

  /** Vectors, deleted ones included. */
  public int vectors() {
    return identity.vectors();
  }

  /** Vectors of deleted documents. */
  public int deleted() {
    return identity.deleted();
  }

  /** The precision in the mapping when the segment was written. */
  public String precision() {
    return codes.precision();
  }

  /** Bits per dimension of a code. */
  public double bits() {
    return codes.bits();
  }

  /** Of a segment that chose its bits: what they were chosen for; NaN otherwise. */
  public double targetRecall() {
    return codes.targetRecall();
  }

  /** What a sample of its vectors found with them; NaN otherwise, or if there were too few. */
  public double expectedRecall() {
    return codes.expectedRecall();
  }

  /** The kind of the rerank copy. */
  public String rerank() {
    return codes.rerank();
  }

  /** The id of the calibration; null for half floats. */
  public String calibrationId() {
    return provenance.calibrationId();
  }

  /** Where the calibration comes from. */
  public CodeOrigin origin() {
    return provenance.origin();
  }

  /** Why the segment has this calibration. */
  public CodeReason reason() {
    return provenance.reason();
  }

  /** Vectors whose codes the last merge copied. */
  public int copied() {
    return provenance.copied();
  }

  /**
   * What codes lose of a vector's direction, as measured when they were written; NaN without a
   * calibration, as the following are.
   */
  public double codeError() {
    return fit.codeError();
  }

  /** Share of components out of the codes' range. */
  public double clipRate() {
    return fit.clipRate();
  }

  /** Live over expected error, squared. */
  public double driftRatio() {
    return fit.driftRatio();
  }

  /** The ratio from which on that is drift. */
  public double driftThreshold() {
    return fit.driftThreshold();
  }

  /** What to do; null if it has not drifted. */
  public String driftAdvice() {
    return fit.driftAdvice();
  }

  /** How far vectors as they are read are from what was indexed. */
  public double valueError() {
    return fit.valueError();
  }

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
    out.writeString(segment());
    out.writeVLong(writtenAt());
    out.writeVInt(vectors());
    out.writeVInt(deleted());
    bytes.writeTo(out);
    out.writeBoolean(hasGraph);
    out.writeString(precision());
    out.writeDouble(bits());
    out.writeDouble(targetRecall());
    out.writeDouble(expectedRecall());
    out.writeString(rerank());
    out.writeOptionalString(calibrationId());
    WireNumbers.write(out, origin());
    WireNumbers.write(out, reason());
    out.writeVInt(copied());
    out.writeDouble(codeError());
    out.writeDouble(clipRate());
    out.writeDouble(driftRatio());
    out.writeDouble(driftThreshold());
    out.writeOptionalString(driftAdvice());
    out.writeDouble(valueError());
    out.writeOptionalWriteable(scoreErrors);
  }

  /** Whether its vectors are not what the calibration was learned from. */
  public boolean drifted() {
    return driftAdvice() != null;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    if (writtenAt() > 0) {
      builder.timeField("written_at_in_millis", "written_at", writtenAt());
    }
    builder.field("vectors", vectors()).field("deleted_vectors", deleted());
    bytes.toXContent(builder, params);
    builder.field("has_graph", hasGraph).field("precision", precision());
    JsonNumbers.numberIfKnown(builder, "bits", bits());
    JsonNumbers.numberIfKnown(builder, "target_recall", targetRecall());
    JsonNumbers.numberIfKnown(builder, "expected_recall", expectedRecall());
    builder.field("rerank", rerank());
    if (calibrationId() != null) {
      builder.field("calibration", calibrationId());
    }
    builder
        .field("origin", origin().name().toLowerCase(Locale.ROOT))
        .field("reason", reason().name().toLowerCase(Locale.ROOT))
        .field("copied_vectors", copied());
    JsonNumbers.numberIfKnown(builder, "code_error", codeError());
    JsonNumbers.numberIfKnown(builder, "clip_rate", clipRate());
    JsonNumbers.numberIfKnown(builder, "value_error", valueError());
    if (scoreErrors != null) {
      FieldStats.scoreErrors(builder, scoreErrors);
    }
    if (Double.isFinite(driftRatio())) {
      builder.startObject("drift");
      JsonNumbers.numberIfKnown(builder, "ratio", driftRatio());
      JsonNumbers.numberIfKnown(builder, "threshold", driftThreshold());
      builder.field("flagged", drifted());
      builder.endObject();
    }
    return builder.endObject();
  }
}
