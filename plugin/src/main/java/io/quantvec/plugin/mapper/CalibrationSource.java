/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.CalibrationConfig;
import io.quantvec.codec.calibration.ScaleMethod;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The mapping's {@code calibration} object.
 *
 * @param method how scales are found; not used with ranges
 * @param percentile the share of values, in per cent, that are not clipped: above 0, up to 100;
 *     used with {@link ScaleMethod#PERCENTILE} only
 * @param ranges the ranges of a static calibration; null for a dynamic one
 */
public record CalibrationSource(ScaleMethod method, double percentile, ValueRanges ranges)
    implements ToXContentObject {

  /** Learned from the vectors themselves, with the scales that rank best. */
  public static final CalibrationSource DYNAMIC = dynamic(CalibrationConfig.DYNAMIC);

  private static final String NAME = "calibration";
  private static final String MODE = "mode";
  private static final String METHOD = "method";
  private static final String PERCENTILE = "percentile";
  private static final String RANGES = "ranges";
  private static final String DYNAMIC_MODE = "dynamic";
  private static final String STATIC_MODE = "static";
  private static final List<String> KEYS = List.of(MODE, METHOD, PERCENTILE, RANGES);

  /**
   * Reads the mapping's object.
   *
   * @throws IllegalArgumentException if it is no object, has an unknown parameter, one out of its
   *     range, or one that the mode or the method does not take
   */
  static CalibrationSource parse(Object value) {
    Map<?, ?> object = MappingValues.object(NAME, value);
    MappingValues.refuseUnknown(NAME, object, KEYS);
    Object mode = object.get(MODE);
    if (mode == null || mode.equals(DYNAMIC_MODE)) {
      return parseDynamic(object);
    } else if (mode.equals(STATIC_MODE)) {
      return parseStatic(object);
    }
    throw new IllegalArgumentException(
        "unknown [calibration.mode] ["
            + MappingValues.shown(mode)
            + "], expected one of [dynamic, static]");
  }

  private static CalibrationSource parseDynamic(Map<?, ?> object) {
    if (object.get(RANGES) != null) {
      throw new IllegalArgumentException(
          "[calibration.ranges] needs [calibration.mode: static], got [calibration.mode: dynamic]");
    }
    Object given = object.get(METHOD);
    ScaleMethod method =
        given == null
            ? ScaleMethod.AUTO
            : ScaleMethod.fromLabel(MappingValues.string("calibration.method", given));
    Object percentile = object.get(PERCENTILE);
    if (percentile == null) {
      return dynamic(CalibrationConfig.dynamic(method));
    }
    if (method != ScaleMethod.PERCENTILE) {
      throw new IllegalArgumentException(
          "[calibration.percentile] needs [calibration.method: percentile], got"
              + " [calibration.method: "
              + method.label()
              + "]");
    }
    double number = MappingValues.finiteFloat("calibration.percentile", percentile, "");
    if (!(number > 0 && number <= 100)) {
      throw new IllegalArgumentException(
          "[calibration.percentile] must be above 0 and up to 100, got [" + percentile + "]");
    }
    return dynamic(CalibrationConfig.percentile(number));
  }

  private static CalibrationSource parseStatic(Map<?, ?> object) {
    for (String key : List.of(METHOD, PERCENTILE)) {
      if (object.get(key) != null) {
        throw new IllegalArgumentException(
            "[calibration."
                + key
                + "] needs [calibration.mode: dynamic], got [calibration.mode: static]");
      }
    }
    if (object.get(RANGES) == null) {
      throw new IllegalArgumentException("[calibration.mode: static] needs [calibration.ranges]");
    }
    return new CalibrationSource(
        CalibrationConfig.DYNAMIC.method(),
        CalibrationConfig.DYNAMIC.percentile(),
        ValueRanges.parse(object.get(RANGES)));
  }

  private static CalibrationSource dynamic(CalibrationConfig config) {
    return new CalibrationSource(config.method(), config.percentile(), null);
  }

  /** Whether the ranges are given. */
  boolean isStatic() {
    return ranges != null;
  }

  /** What the codec calls a dynamic one. */
  CalibrationConfig learned() {
    return method == ScaleMethod.PERCENTILE
        ? CalibrationConfig.percentile(percentile)
        : CalibrationConfig.dynamic(method);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    if (isStatic()) {
      builder.field(MODE, STATIC_MODE).field(RANGES, ranges);
    } else {
      builder.field(MODE, DYNAMIC_MODE).field(METHOD, method.label());
      if (method == ScaleMethod.PERCENTILE) {
        builder.field(PERCENTILE, percentile);
      }
    }
    return builder.endObject();
  }

  @Override
  public String toString() {
    if (isStatic()) {
      return "static";
    }
    return "dynamic " + method.label() + (method == ScaleMethod.PERCENTILE ? " " + percentile : "");
  }
}
