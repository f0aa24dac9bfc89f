/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.vector;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The mapping's {@code input} object: what vectors arrive as.
 *
 * @param type the kind of numbers
 * @param scale what one step of an int8 code stands for, as the mapping has it; not used otherwise
 * @param zeroPoint the int8 code that stands for zero, -128 to 127; not used otherwise
 */
public record VectorInput(Type type, double scale, int zeroPoint) implements ToXContentObject {

  /** The kinds of numbers. */
  public enum Type {
    /** Numbers, to be quantized. */
    FLOAT,
    /** Codes of one signed byte per dimension. */
    INT8,
    /** Codes of one bit per dimension. */
    BINARY;

    /** The name in mappings. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Numbers, to be quantized. */
  public static final VectorInput FLOAT = new VectorInput(Type.FLOAT, 1, 0);

  private static final String NAME = "input";
  private static final String TYPE = "type";
  private static final String SCALE = "scale";
  private static final String ZERO_POINT = "zero_point";

  /** Scores of codes of larger steps would not be finite. */
  private static final double MAX_SCALE = 1e14;

  /**
   * Reads the mapping's object.
   *
   * @throws IllegalArgumentException if it is no object, has an unknown parameter, one out of its
   *     range, or one that the type does not take
   */
  public static VectorInput parse(Object value) {
    Map<?, ?> object = MappingValues.object(NAME, value);
    MappingValues.refuseUnknown(NAME, object, List.of(TYPE, SCALE, ZERO_POINT));
    Type type = object.get(TYPE) == null ? Type.FLOAT : parseType(object.get(TYPE));
    Object scale = object.get(SCALE);
    Object zeroPoint = object.get(ZERO_POINT);
    if (type != Type.INT8 && (scale != null || zeroPoint != null)) {
      throw new IllegalArgumentException(
          "[input."
              + (scale != null ? SCALE : ZERO_POINT)
              + "] needs [input.type: int8], got [input.type: "
              + type.label()
              + "]");
    }
    return new VectorInput(
        type,
        scale == null
            ? FLOAT.scale
            : MappingValues.numberInRange("input.scale", scale, Float.MIN_NORMAL, MAX_SCALE),
        zeroPoint == null
            ? FLOAT.zeroPoint
            : MappingValues.intInRange(
                "input.zero_point", zeroPoint, Byte.MIN_VALUE, Byte.MAX_VALUE));
  }

  private static Type parseType(Object value) {
    for (Type type : Type.values()) {
      if (type.label().equals(value)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "unknown [input.type] ["
            + MappingValues.shown(value)
            + "], expected one of "
            + Arrays.stream(Type.values()).map(Type::label).collect(Collectors.toList()));
  }

  /** Whether vectors arrive as codes, which are stored as they are. */
  public boolean isCodes() {
    return type != Type.FLOAT;
  }

  /** The precision that stores the codes, or for numbers the default one. */
  public Precision precision() {
    return switch (type) {
      case FLOAT -> QuantizationConfig.DEFAULT.precision();
      case INT8 -> Precision.INT8;
      case BINARY -> Precision.BINARY;
    };
  }

  /** The space type of a mapping that names none. */
  public SpaceType defaultSpaceType() {
    return type == Type.BINARY ? SpaceType.HAMMING : SpaceType.L2;
  }

  /**
   * The calibration that gives codes their values. Bits are 0 and 1 under {@code hamming}, and -1
   * and 1 otherwise.
   *
   * @throws IllegalStateException if vectors do not arrive as codes
   */
  public Calibration calibration(int dimension, SpaceType spaceType) {
    return switch (type) {
      case FLOAT -> throw new IllegalStateException("numbers are no codes");
      case INT8 -> FixedCalibrations.int8Input(dimension, (float) scale, zeroPoint);
      case BINARY ->
          FixedCalibrations.binaryInput(dimension, spaceType == SpaceType.HAMMING ? 0 : -1, 1);
    };
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject().field(TYPE, type.label());
    if (type == Type.INT8) {
      builder.field(SCALE, scale).field(ZERO_POINT, zeroPoint);
    }
    return builder.endObject();
  }

  @Override
  public String toString() {
    return type == Type.INT8
        ? "int8(scale=" + scale + ", zero_point=" + zeroPoint + ")"
        : type.label();
  }
}
