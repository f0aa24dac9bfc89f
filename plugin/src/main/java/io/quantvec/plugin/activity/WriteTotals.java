/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * What flushes and merges of a field wrote, summed since their shards started on their nodes.
 * Copies that get their segments from a primary write none.
 *
 * @param flushes segments that flushes wrote
 * @param copied merges that copied all codes byte for byte
 * @param partlyCopied merges that copied the codes of some segments and re-encoded the others
 * @param uncalibrated merges of half floats, or of no vectors
 * @param reencoded merges that re-encoded all vectors, by the reason for their calibration
 * @param copiedVectors vectors whose codes merges copied
 * @param reencodedVectors vectors that merges re-encoded
 */
public record WriteTotals(
    long flushes,
    long copied,
    long partlyCopied,
    long uncalibrated,
    Map<CodeReason, Long> reencoded,
    long copiedVectors,
    long reencodedVectors)
    implements Writeable {

  /** Nothing was written. */
  public static final WriteTotals NONE = new WriteTotals(0, 0, 0, 0, Map.of(), 0, 0);

  /** Reads what {@link #writeTo} wrote. */
  public WriteTotals(StreamInput in) throws IOException {
    this(
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readMap(WireNumbers::readReason, StreamInput::readVLong),
        in.readVLong(),
        in.readVLong());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVLong(flushes);
    out.writeVLong(copied);
    out.writeVLong(partlyCopied);
    out.writeVLong(uncalibrated);
    out.writeMap(reencoded, WireNumbers::write, StreamOutput::writeVLong);
    out.writeVLong(copiedVectors);
    out.writeVLong(reencodedVectors);
  }

  /** One segment more. */
  static WriteTotals of(SegmentField written, boolean merge) {
    if (!merge) {
      return new WriteTotals(1, 0, 0, 0, Map.of(), 0, 0);
    }
    int copied = written.provenance().copied();
    int others = written.vectors() - copied;
    return switch (written.provenance().origin()) {
      case UNCALIBRATED -> new WriteTotals(0, 0, 0, 1, Map.of(), copied, others);
      case COPIED -> new WriteTotals(0, 1, 0, 0, Map.of(), copied, others);
      case PARTLY_COPIED -> new WriteTotals(0, 0, 1, 0, Map.of(), copied, others);
      case LEARNED, INHERITED ->
          new WriteTotals(0, 0, 0, 0, Map.of(written.provenance().reason(), 1L), copied, others);
    };
  }

  /** The sum of this and another. */
  public WriteTotals plus(WriteTotals other) {
    Map<CodeReason, Long> reasons = new EnumMap<>(CodeReason.class);
    reasons.putAll(reencoded);
    other.reencoded.forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
    return new WriteTotals(
        flushes + other.flushes,
        copied + other.copied,
        partlyCopied + other.partlyCopied,
        uncalibrated + other.uncalibrated,
        reasons,
        copiedVectors + other.copiedVectors,
        reencodedVectors + other.reencodedVectors);
  }

  /** All merges. */
  public long merges() {
    return copied
        + partlyCopied
        + uncalibrated
        + reencoded.values().stream().mapToLong(Long::longValue).sum();
  }
}
