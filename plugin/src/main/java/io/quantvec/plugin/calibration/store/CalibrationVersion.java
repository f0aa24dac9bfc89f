/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration.store;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationBytes;
import io.quantvec.codec.transform.DenseTransform;
import io.quantvec.codec.transform.HadamardTransform;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * One version of a stored calibration, with a summary of its content.
 *
 * @param id the content's id, in hexadecimal digits
 * @param content as {@link CalibrationBytes} writes it
 * @param origin when and from what the calibration was learned
 * @param spec what codes it is for
 * @param fields the fields that the calibration fits
 * @param summary what the content says, so that it need not be parsed
 */
public record CalibrationVersion(
    String id,
    BytesReference content,
    Origin origin,
    CalibrationSpec spec,
    Fields fields,
    Summary summary)
    implements Writeable, ToXContentFragment {
  /**
   * When and from what the calibration was learned.
   *
   * @param created milliseconds since 1970
   * @param index what it was learned from; null if that was vectors in a request
   * @param field the field of that index; null if there was none
   */
  public record Origin(long created, String index, String field) {}

  /**
   * The fields that the calibration fits.
   *
   * @param spaceType of the fields that it is for
   * @param dimension of these fields
   */
  public record Fields(SpaceType spaceType, int dimension) {}

  /**
   * What the content says, so that it need not be parsed.
   *
   * @param sampleSize vectors that it was learned from
   * @param transform {@code klt}, {@code hadamard} or {@code identity}
   * @param bits what the bits of a code are spent on, in the order of the transformed dimensions;
   *     those behind the last one are not in the code
   * @param expectedError root mean square of what codes lose of a vector's direction, on the sample
   * @param clipRate share of components outside of the codes' range, on the sample
   */
  public record Summary(
      int sampleSize, String transform, List<BitGroup> bits, float expectedError, float clipRate) {}

  /** The first byte of the stored and the sent form. New fields take a new form. */
  private static final byte FORM = 1;

  /**
   * Content stays in the cluster state, and numbers of two bytes are four when they are in use; on
   * each node that writes or searches.
   */
  private static final int MEMORY_PER_BYTE = 3;

  /**
   * Consecutive dimensions of as many bits.
   *
   * @param bits bits per dimension, 0 to 8
   * @param dimensions how many there are
   */
  public record BitGroup(int bits, int dimensions) implements Writeable {

    BitGroup(StreamInput in) throws IOException {
      this(in.readVInt(), in.readVInt());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeVInt(bits);
      out.writeVInt(dimensions);
    }
  }

  /** A calibration that was just learned. */
  public static CalibrationVersion of(
      Calibration calibration,
      CalibrationSpec spec,
      SpaceType spaceType,
      String index,
      String field,
      long created) {
    return new CalibrationVersion(
        HexFormat.of().formatHex(calibration.id()),
        new BytesArray(CalibrationBytes.write(calibration)),
        new Origin(created, index, field),
        spec,
        new Fields(spaceType, calibration.dimension()),
        new Summary(
            calibration.sampleSize(),
            transformOf(calibration),
            groups(calibration),
            calibration.expectedError(),
            calibration.clipRate()));
  }

  private static String transformOf(Calibration calibration) {
    if (calibration.transform() instanceof DenseTransform) {
      return "klt";
    }
    return calibration.transform() instanceof HadamardTransform ? "hadamard" : "identity";
  }

  private static List<BitGroup> groups(Calibration calibration) {
    List<BitGroup> groups = new ArrayList<>();
    int block = calibration.blockSize();
    for (int i = 0; i < calibration.bits().length; i++) {
      int dimensions = Math.min(block, calibration.codeDimension() - i * block);
      int last = groups.size() - 1;
      if (last >= 0 && groups.get(last).bits == calibration.bits()[i]) {
        dimensions += groups.remove(last).dimensions;
      }
      groups.add(new BitGroup(calibration.bits()[i], dimensions));
    }
    return List.copyOf(groups);
  }

  public CalibrationVersion(StreamInput in) throws IOException {
    this(
        readFormAndId(in),
        in.readBytesReference(),
        new Origin(in.readVLong(), in.readOptionalString(), in.readOptionalString()),
        CalibrationSpec.read(in),
        new Fields(SpaceType.fromLabel(in.readString()), in.readVInt()),
        new Summary(
            in.readVInt(),
            in.readString(),
            in.readList(BitGroup::new),
            in.readFloat(),
            in.readFloat()));
  }

  private static String readFormAndId(StreamInput in) throws IOException {
    int form = in.readByte();
    if (form != FORM) {
      throw new IOException(
          "expected a stored calibration in form ["
              + FORM
              + "], found ["
              + form
              + "]; a newer version of the plugin wrote it");
    }
    return in.readString();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeByte(FORM);
    out.writeString(id);
    out.writeBytesReference(content);
    out.writeVLong(origin.created());
    out.writeOptionalString(origin.index());
    out.writeOptionalString(origin.field());
    spec.writeTo(out);
    out.writeString(fields.spaceType().label());
    out.writeVInt(fields.dimension());
    out.writeVInt(summary.sampleSize());
    out.writeString(summary.transform());
    out.writeList(summary.bits());
    out.writeFloat(summary.expectedError());
    out.writeFloat(summary.clipRate());
  }

  /** Memory that it takes on a node that uses it. */
  public long memory() {
    return (long) MEMORY_PER_BYTE * content.length();
  }

  /**
   * The calibration itself.
   *
   * @throws IOException if the content is damaged
   */
  public Calibration calibration() throws IOException {
    return CalibrationBytes.read(BytesReference.toBytes(content), HexFormat.of().parseHex(id));
  }

  /** All but the content. */
  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder
        .field("id", id)
        .field("dimension", fields.dimension())
        .field("space_type", fields.spaceType().label());
    spec.toXContent(builder, params);
    builder.startObject("source");
    if (origin.index() == null) {
      builder.field("type", "vectors");
    } else {
      builder.field("type", "index").field("index", origin.index()).field("field", origin.field());
    }
    builder.endObject();
    builder.field("sample_size", summary.sampleSize()).field("transform", summary.transform());
    builder.startArray("bits_per_dimension");
    for (BitGroup group : summary.bits()) {
      builder
          .startObject()
          .field("bits", group.bits)
          .field("dimensions", group.dimensions)
          .endObject();
    }
    builder.endArray();
    return builder
        .field("expected_error", summary.expectedError())
        .field("clip_rate", summary.clipRate())
        .field("bytes", content.length())
        .field("memory_in_bytes", memory())
        .field("created_in_millis", origin.created())
        .field("created", Instant.ofEpochMilli(origin.created()).toString());
  }
}
