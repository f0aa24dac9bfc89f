/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.HadamardTransform;
import io.quantvec.plugin.wire.JsonNumbers;
import java.io.IOException;
import java.util.Locale;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A calibration that segments use.
 *
 * @param learning how the calibration was learned
 * @param layout what the calibration makes of a vector
 * @param expectedError what codes lost of its sample's directions, root mean square
 * @param clipRate share of the sample's components out of the codes' range
 * @param memory bytes on the heap, once for all segments of a node that use it
 */
public record CalibrationInfo(
    Learning learning, Layout layout, float expectedError, float clipRate, long memory)
    implements Writeable, ToXContentObject {
  /**
   * How the calibration was learned.
   *
   * @param method how steps were found
   * @param transform {@code klt}, {@code hadamard} or {@code none}
   * @param sampleSize vectors that it was learned from
   * @param learnedAt when that was, in milliseconds since the epoch; 0 if nobody knows
   */
  public record Learning(String method, String transform, int sampleSize, long learnedAt) {}

  /**
   * What the calibration makes of a vector.
   *
   * @param dimension the number of dimensions
   * @param codeDimension components of a code
   * @param codeBits bits of a code
   * @param blockSize components of a block; the last one may be shorter
   * @param bits bits per component, one for each block
   * @param steps steps of the codes, one for each block
   */
  public record Layout(
      int dimension, int codeDimension, int codeBits, int blockSize, byte[] bits, float[] steps) {}

  /** Reads what {@link #writeTo} wrote. */
  public CalibrationInfo(StreamInput in) throws IOException {
    this(
        new Learning(in.readString(), in.readString(), in.readVInt(), in.readVLong()),
        new Layout(
            in.readVInt(),
            in.readVInt(),
            in.readVInt(),
            in.readVInt(),
            in.readByteArray(),
            in.readFloatArray()),
        in.readFloat(),
        in.readFloat(),
        in.readVLong());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(learning.method());
    out.writeString(learning.transform());
    out.writeVInt(learning.sampleSize());
    out.writeVLong(learning.learnedAt());
    out.writeVInt(layout.dimension());
    out.writeVInt(layout.codeDimension());
    out.writeVInt(layout.codeBits());
    out.writeVInt(layout.blockSize());
    out.writeByteArray(layout.bits());
    out.writeFloatArray(layout.steps());
    out.writeFloat(expectedError);
    out.writeFloat(clipRate);
    out.writeVLong(memory);
  }

  /** What is to be told of a calibration. */
  public static CalibrationInfo of(Calibration calibration) {
    String transform =
        switch (calibration.transform()) {
          case DenseTransform dense -> "klt";
          case HadamardTransform hadamard -> "hadamard";
          default -> "none";
        };
    return new CalibrationInfo(
        new Learning(
            calibration.method().name().toLowerCase(Locale.ROOT),
            transform,
            calibration.sampleSize(),
            Math.max(0, calibration.learnedAt())),
        new Layout(
            calibration.dimension(),
            calibration.codeDimension(),
            calibration.codeBits(),
            calibration.blockSize(),
            calibration.bits(),
            calibration.steps()),
        calibration.expectedError(),
        calibration.clipRate(),
        calibration.ramBytesUsed());
  }

  /** Components of a block. */
  public int size(int block) {
    return Math.min(layout.blockSize(), layout.codeDimension() - block * layout.blockSize());
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder
        .startObject()
        .field("method", learning.method())
        .field("transform", learning.transform())
        .field("sample_size", learning.sampleSize());
    if (learning.learnedAt() > 0) {
      builder.timeField("learned_at_in_millis", "learned_at", learning.learnedAt());
      long age = Math.max(0, System.currentTimeMillis() - learning.learnedAt());
      builder.humanReadableField("age_in_millis", "age", TimeValue.timeValueMillis(age));
    }
    builder.field("dimension", layout.dimension()).field("bits_per_vector", layout.codeBits());
    builder.startArray("bits_per_dimension");
    for (int block = 0; block < layout.bits().length; ) {
      int from = block;
      int dimensions = 0;
      for (; block < layout.bits().length && layout.bits()[block] == layout.bits()[from]; block++) {
        dimensions += size(block);
      }
      builder
          .startObject()
          .field("bits", layout.bits()[from])
          .field("dimensions", dimensions)
          .endObject();
    }
    if (layout.codeDimension() < layout.dimension()) {
      int left = layout.dimension() - layout.codeDimension();
      builder.startObject().field("bits", 0).field("dimensions", left).endObject();
    }
    builder.endArray();
    JsonNumbers.numberIfKnown(builder, "expected_error", expectedError);
    JsonNumbers.numberIfKnown(builder, "clip_rate", clipRate);
    return builder.field("memory_in_bytes", memory).endObject();
  }
}
