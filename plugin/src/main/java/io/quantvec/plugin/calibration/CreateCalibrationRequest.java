/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.XContentParser;

/** Asks for a calibration to be learned and stored. */
public final class CreateCalibrationRequest extends AcknowledgedRequest<CreateCalibrationRequest> {

  private final String name;
  private final Source source;
  private final Wanted wanted;

  /** What to learn from. */
  sealed interface Source extends Writeable permits FromField, FromVectors {}

  /**
   * A field, sampled over all shards.
   *
   * @param index an index, an alias, a data stream or a pattern
   * @param sampleSize vectors to learn from; null for the default
   */
  record FromField(String index, String field, Integer sampleSize) implements Source {

    FromField(StreamInput in) throws IOException {
      this(in.readString(), in.readString(), in.readOptionalVInt());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeString(index);
      out.writeString(field);
      out.writeOptionalVInt(sampleSize);
    }
  }

  /**
   * Vectors that came with the request.
   *
   * @param vectors of one dimension, as fields of the space type take them
   */
  record FromVectors(List<float[]> vectors, SpaceType spaceType) implements Source {

    FromVectors(StreamInput in) throws IOException {
      this(in.readList(StreamInput::readFloatArray), SpaceType.fromLabel(in.readString()));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeCollection(vectors, StreamOutput::writeFloatArray);
      out.writeString(spaceType.label());
    }
  }

  /**
   * What the request says of the codes; null for what it leaves to the field, or to the defaults.
   *
   * @param precision null if a budget is given
   * @param bits budget in bits per dimension
   */
  record Wanted(
      Precision precision,
      Double bits,
      Allocation allocation,
      ScaleMethod method,
      Double percentile)
      implements Writeable {

    Wanted(StreamInput in) throws IOException {
      this(
          optional(in.readOptionalString(), Precision::fromLabel),
          in.readOptionalDouble(),
          optional(in.readOptionalString(), Allocation::fromLabel),
          optional(in.readOptionalString(), ScaleMethod::fromLabel),
          in.readOptionalDouble());
    }

    private static <T> T optional(String label, Function<String, T> reader) {
      return label == null ? null : reader.apply(label);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeOptionalString(precision == null ? null : precision.label());
      out.writeOptionalDouble(bits);
      out.writeOptionalString(allocation == null ? null : allocation.label());
      out.writeOptionalString(method == null ? null : method.label());
      out.writeOptionalDouble(percentile);
    }
  }

  CreateCalibrationRequest(String name, Source source, Wanted wanted) {
    this.name = name;
    this.source = source;
    this.wanted = wanted;
  }

  /**
   * Reads the body of a call.
   *
   * @param name from the call's path
   * @throws IllegalArgumentException if the name is none, or a parameter is missing, unknown, out
   *     of its range, or contradicts another one
   */
  public static CreateCalibrationRequest parse(String name, XContentParser body)
      throws IOException {
    return CreateCalibrationBody.parse(name, body);
  }

  CreateCalibrationRequest(StreamInput in) throws IOException {
    super(in);
    this.name = in.readString();
    this.source = in.readBoolean() ? new FromField(in) : new FromVectors(in);
    this.wanted = new Wanted(in);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeString(name);
    out.writeBoolean(source instanceof FromField);
    source.writeTo(out);
    wanted.writeTo(out);
  }

  @Override
  public ActionRequestValidationException validate() {
    return null;
  }

  @Override
  public CalibrationTask createTask(
      long id, String type, String action, TaskId parentTaskId, Map<String, String> headers) {
    return new CalibrationTask(id, type, action, getDescription(), parentTaskId, headers);
  }

  @Override
  public String getDescription() {
    return "calibration [" + name + "] from " + describe();
  }

  private String describe() {
    return switch (source) {
      case FromField from -> "field [" + from.field() + "] of [" + from.index() + "]";
      case FromVectors from -> from.vectors().size() + " vectors";
    };
  }

  String name() {
    return name;
  }

  Source source() {
    return source;
  }

  Wanted wanted() {
    return wanted;
  }
}
