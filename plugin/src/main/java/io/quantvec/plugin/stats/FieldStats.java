/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.plugin.activity.SearchTotals;
import io.quantvec.plugin.activity.WriteTotals;
import io.quantvec.plugin.wire.JsonNumbers;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** The stats of one field, summed over segments and shards. Not thread-safe. */
public final class FieldStats implements Writeable, ToXContentFragment {

  /** The percentile that is reported, as a share. */
  static final double WORST_PERCENTILE = 0.99;

  /**
   * A mean over vectors.
   *
   * @param sum of all values, each times its vectors
   * @param weight vectors
   */
  private record Mean(double sum, double weight) {

    static final Mean NONE = new Mean(0, 0);

    Mean plus(double value, double vectors) {
      return Double.isFinite(value) ? new Mean(sum + value * vectors, weight + vectors) : this;
    }

    double get() {
      return sum / weight;
    }
  }

  /** Segments and vectors that have something in common. */
  private record Share(int segments, long vectors) {

    Share plus(Share other) {
      return new Share(segments + other.segments, vectors + other.vectors);
    }
  }

  private int segments;
  private long vectors;
  private long deleted;
  private ByteCounts bytes = ByteCounts.NONE;
  private Share withoutGraph = new Share(0, 0);

  /** As the mapping has it now, whatever it was when segments were written; null if unknown. */
  private Integer approximateThreshold;

  private final Map<String, Share> precisions = new TreeMap<>();
  private final Map<String, Share> calibrations = new TreeMap<>();
  private final Map<CodeOrigin, Share> origins = new EnumMap<>(CodeOrigin.class);
  private final Map<CodeReason, Share> reasons = new EnumMap<>(CodeReason.class);
  private Mean bits = Mean.NONE;
  private Mean expectedRecall = Mean.NONE;
  private Mean codeErrorSquares = Mean.NONE;
  private Mean clipRate = Mean.NONE;
  private Mean valueErrorSquares = Mean.NONE;
  private ScoreErrorStats scoreErrors = ScoreErrorStats.NONE;
  private int unmeasured;
  private double driftRatio = Double.NaN;
  private double driftThreshold = Double.NaN;
  private Share drifted = new Share(0, 0);
  private String driftAdvice;
  private SearchTotals searches = SearchTotals.NONE;
  private WriteTotals writes = WriteTotals.NONE;

  /** Stats of no segment. */
  public FieldStats() {}

  /** Reads what {@link #writeTo} wrote. */
  public FieldStats(StreamInput in) throws IOException {
    segments = in.readVInt();
    vectors = in.readVLong();
    deleted = in.readVLong();
    bytes = new ByteCounts(in);
    withoutGraph = readShare(in);
    approximateThreshold = in.readOptionalInt();
    precisions.putAll(in.readMap(StreamInput::readString, FieldStats::readShare));
    calibrations.putAll(in.readMap(StreamInput::readString, FieldStats::readShare));
    origins.putAll(in.readMap(WireNumbers::readOrigin, FieldStats::readShare));
    reasons.putAll(in.readMap(WireNumbers::readReason, FieldStats::readShare));
    bits = readMean(in);
    expectedRecall = readMean(in);
    codeErrorSquares = readMean(in);
    clipRate = readMean(in);
    valueErrorSquares = readMean(in);
    scoreErrors = new ScoreErrorStats(in);
    unmeasured = in.readVInt();
    driftRatio = in.readDouble();
    driftThreshold = in.readDouble();
    drifted = readShare(in);
    driftAdvice = in.readOptionalString();
    searches = new SearchTotals(in);
    writes = new WriteTotals(in);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVInt(segments);
    out.writeVLong(vectors);
    out.writeVLong(deleted);
    bytes.writeTo(out);
    write(out, withoutGraph);
    out.writeOptionalInt(approximateThreshold);
    out.writeMap(precisions, StreamOutput::writeString, FieldStats::write);
    out.writeMap(calibrations, StreamOutput::writeString, FieldStats::write);
    out.writeMap(origins, WireNumbers::write, FieldStats::write);
    out.writeMap(reasons, WireNumbers::write, FieldStats::write);
    write(out, bits);
    write(out, expectedRecall);
    write(out, codeErrorSquares);
    write(out, clipRate);
    write(out, valueErrorSquares);
    scoreErrors.writeTo(out);
    out.writeVInt(unmeasured);
    out.writeDouble(driftRatio);
    out.writeDouble(driftThreshold);
    write(out, drifted);
    out.writeOptionalString(driftAdvice);
    searches.writeTo(out);
    writes.writeTo(out);
  }

  private static Share readShare(StreamInput in) throws IOException {
    return new Share(in.readVInt(), in.readVLong());
  }

  private static void write(StreamOutput out, Share share) throws IOException {
    out.writeVInt(share.segments);
    out.writeVLong(share.vectors);
  }

  private static Mean readMean(StreamInput in) throws IOException {
    return new Mean(in.readDouble(), in.readDouble());
  }

  private static void write(StreamOutput out, Mean mean) throws IOException {
    out.writeDouble(mean.sum);
    out.writeDouble(mean.weight);
  }

  /** Adds a segment. */
  void add(SegmentStats segment) {
    Share share = new Share(1, segment.identity().vectors());
    int count = segment.identity().vectors();
    segments++;
    vectors += count;
    deleted += segment.identity().deleted();
    bytes = bytes.plus(segment.bytes());
    withoutGraph = segment.hasGraph() ? withoutGraph : withoutGraph.plus(share);
    precisions.merge(segment.codes().precision(), share, Share::plus);
    if (segment.provenance().calibrationId() != null) {
      calibrations.merge(segment.provenance().calibrationId(), share, Share::plus);
    }
    origins.merge(segment.provenance().origin(), share, Share::plus);
    reasons.merge(segment.provenance().reason(), share, Share::plus);
    bits = bits.plus(segment.codes().bits(), count);
    expectedRecall = expectedRecall.plus(segment.codes().expectedRecall(), count);
    codeErrorSquares =
        codeErrorSquares.plus(segment.fit().codeError() * segment.fit().codeError(), count);
    clipRate = clipRate.plus(segment.fit().clipRate(), count);
    valueErrorSquares =
        valueErrorSquares.plus(segment.fit().valueError() * segment.fit().valueError(), count);
    if (segment.scoreErrors() == null) {
      unmeasured++;
    } else {
      scoreErrors = scoreErrors.plus(segment.scoreErrors());
    }
    addDrift(
        segment.fit().driftRatio(), segment.fit().driftThreshold(), segment.fit().driftAdvice());
    drifted = segment.drifted() ? drifted.plus(share) : drifted;
  }

  /** Keeps the drift of the segment that is furthest from its calibration. */
  private void addDrift(double ratio, double threshold, String advice) {
    boolean worse = driftAdvice == null && advice != null;
    boolean comparable = (driftAdvice == null) == (advice == null);
    if (worse || comparable && !(ratio <= driftRatio) && !Double.isNaN(ratio)) {
      driftRatio = ratio;
      driftThreshold = threshold;
      driftAdvice = advice;
    }
  }

  /** Sets the number of vectors from which the mapping gives a segment a graph. */
  void setApproximateThreshold(int vectors) {
    approximateThreshold = vectors;
  }

  /** Adds what searches and writes did. */
  void add(SearchTotals moreSearches, WriteTotals moreWrites) {
    searches = searches.plus(moreSearches);
    writes = writes.plus(moreWrites);
  }

  /** Adds the stats of another shard. */
  public void add(FieldStats other) {
    segments += other.segments;
    vectors += other.vectors;
    deleted += other.deleted;
    bytes = bytes.plus(other.bytes);
    withoutGraph = withoutGraph.plus(other.withoutGraph);
    if (approximateThreshold == null) {
      approximateThreshold = other.approximateThreshold;
    }
    other.precisions.forEach((key, share) -> precisions.merge(key, share, Share::plus));
    other.calibrations.forEach((key, share) -> calibrations.merge(key, share, Share::plus));
    other.origins.forEach((key, share) -> origins.merge(key, share, Share::plus));
    other.reasons.forEach((key, share) -> reasons.merge(key, share, Share::plus));
    bits = plus(bits, other.bits);
    expectedRecall = plus(expectedRecall, other.expectedRecall);
    codeErrorSquares = plus(codeErrorSquares, other.codeErrorSquares);
    clipRate = plus(clipRate, other.clipRate);
    valueErrorSquares = plus(valueErrorSquares, other.valueErrorSquares);
    scoreErrors = scoreErrors.plus(other.scoreErrors);
    unmeasured += other.unmeasured;
    addDrift(other.driftRatio, other.driftThreshold, other.driftAdvice);
    drifted = drifted.plus(other.drifted);
    add(other.searches, other.writes);
  }

  private static Mean plus(Mean one, Mean other) {
    return new Mean(one.sum + other.sum, one.weight + other.weight);
  }

  /** Segments that have vectors in the field. */
  public int segments() {
    return segments;
  }

  /** Vectors, deleted ones included. */
  public long vectors() {
    return vectors;
  }

  /** Vectors of deleted documents. */
  public long deleted() {
    return deleted;
  }

  /** Bytes of files. */
  public ByteCounts bytes() {
    return bytes;
  }

  /** Segments whose codes are scanned, because they have no graph. */
  public int segmentsWithoutGraph() {
    return withoutGraph.segments;
  }

  /** Vectors from which a new segment gets a graph; null without a mapping that says so. */
  public Integer approximateThreshold() {
    return approximateThreshold;
  }

  /** Bits per dimension of a code, the mean over vectors; NaN without any. */
  public double bits() {
    return bits.get();
  }

  /** How far scores of codes are from those of the rerank copies. */
  public ScoreErrorStats scoreErrors() {
    return scoreErrors;
  }

  /** Segments that were not measured yet. */
  public int unmeasuredSegments() {
    return unmeasured;
  }

  /**
   * How far vectors as they are read are from what was indexed, root mean square; NaN if unknown.
   */
  public double valueError() {
    return Math.sqrt(valueErrorSquares.get());
  }

  /** What codes lose of a vector's direction, root mean square; NaN if unknown. */
  public double codeError() {
    return Math.sqrt(codeErrorSquares.get());
  }

  /** Share of components out of the codes' range; NaN if unknown. */
  public double clipRate() {
    return clipRate.get();
  }

  /** The ratio of the segment that drifted furthest; NaN if none knows what to expect. */
  public double driftRatio() {
    return driftRatio;
  }

  /** Segments whose vectors are not what their calibration was learned from. */
  public int driftedSegments() {
    return drifted.segments;
  }

  /** What to do about drift; null if there is none. */
  public String driftAdvice() {
    return driftAdvice;
  }

  /** What searches did. */
  public SearchTotals searches() {
    return searches;
  }

  /** What flushes and merges wrote. */
  public WriteTotals writes() {
    return writes;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.field("segments", segments).field("vectors", vectors).field("deleted_vectors", deleted);
    bytes.toXContent(builder, params);
    builder
        .startObject("without_graph")
        .field("segments", withoutGraph.segments)
        .field("vectors", withoutGraph.vectors);
    if (approximateThreshold != null) {
      builder.field("approximate_threshold", approximateThreshold);
    }
    builder.endObject();
    shares(builder, "precisions", precisions);
    JsonNumbers.numberIfKnown(builder, "bits", bits());
    JsonNumbers.numberIfKnown(builder, "expected_recall", expectedRecall.get());
    builder.startArray("calibrations");
    for (Map.Entry<String, Share> entry : calibrations.entrySet()) {
      builder
          .startObject()
          .field("id", entry.getKey())
          .field("segments", entry.getValue().segments)
          .field("vectors", entry.getValue().vectors);
      JsonNumbers.numberIfKnown(builder, "share", entry.getValue().vectors / (double) vectors);
      builder.endObject();
    }
    builder.endArray();
    scoreErrors(builder, scoreErrors, unmeasured);
    JsonNumbers.numberIfKnown(builder, "value_error", valueError());
    JsonNumbers.numberIfKnown(builder, "code_error", codeError());
    JsonNumbers.numberIfKnown(builder, "clip_rate", clipRate());
    drift(builder);
    shares(builder, "origins", origins);
    shares(builder, "reasons", reasons);
    writes(builder);
    searches(builder);
    return builder;
  }

  private void drift(XContentBuilder builder) throws IOException {
    if (Double.isNaN(driftRatio)) {
      return;
    }
    builder.startObject("drift");
    JsonNumbers.numberIfKnown(builder, "ratio", driftRatio);
    JsonNumbers.numberIfKnown(builder, "threshold", driftThreshold);
    builder
        .field("flagged", driftAdvice != null)
        .field("flagged_segments", drifted.segments)
        .field("flagged_vectors", drifted.vectors);
    if (driftAdvice != null) {
      builder.field("advice", driftAdvice);
    }
    builder.endObject();
  }

  private static <T> void shares(XContentBuilder builder, String name, Map<T, Share> shares)
      throws IOException {
    builder.startObject(name);
    for (Map.Entry<T, Share> entry : shares.entrySet()) {
      builder
          .startObject(entry.getKey().toString().toLowerCase(Locale.ROOT))
          .field("segments", entry.getValue().segments)
          .field("vectors", entry.getValue().vectors)
          .endObject();
    }
    builder.endObject();
  }

  /** The stats of one segment. */
  static void scoreErrors(XContentBuilder builder, ScoreErrorStats errors) throws IOException {
    scoreErrors(builder, errors, 0);
  }

  private static void scoreErrors(
      XContentBuilder builder, ScoreErrorStats errors, int unmeasuredSegments) throws IOException {
    builder.startObject("score_error");
    JsonNumbers.numberIfKnown(builder, "rms", errors.rootMeanSquare());
    JsonNumbers.numberIfKnown(builder, "p99", errors.percentile(WORST_PERCENTILE));
    JsonNumbers.numberIfKnown(builder, "mean", errors.meanError());
    JsonNumbers.numberIfKnown(builder, "relative", errors.relative());
    builder
        .field("measured_segments", errors.segments())
        .field("unmeasured_segments", unmeasuredSegments)
        .endObject();
  }

  private void writes(XContentBuilder builder) throws IOException {
    builder.field("flushes", writes.flushes());
    builder
        .startObject("merges")
        .field("total", writes.merges())
        .field("copied", writes.copied())
        .field("partly_copied", writes.partlyCopied())
        .field("uncalibrated", writes.uncalibrated());
    builder.startObject("reencoded");
    for (Map.Entry<CodeReason, Long> entry : writes.reencoded().entrySet()) {
      builder.field(entry.getKey().name().toLowerCase(Locale.ROOT), entry.getValue());
    }
    builder
        .endObject()
        .field("copied_vectors", writes.copiedVectors())
        .field("reencoded_vectors", writes.reencodedVectors())
        .endObject();
  }

  private void searches(XContentBuilder builder) throws IOException {
    builder
        .startObject("searches")
        .field("total", searches.searches())
        .field("vectors_visited", searches.visited())
        .field("vectors_scored", searches.scored())
        .field("vectors_reranked", searches.reranked())
        .field("vector_bytes_read", searches.bytesRead())
        .humanReadableField("time_in_millis", "time", new TimeValue(searches.nanos() / 1_000_000))
        .endObject();
  }
}
