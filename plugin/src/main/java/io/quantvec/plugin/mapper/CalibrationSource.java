/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.plugin.calibration.store.NodeCalibrations;
import io.quantvec.plugin.vector.MappingValues;
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
 * @param ranges the ranges of a static calibration; null for any other
 * @param stored the stored calibration that a static one refers to; null for any other
 */
public record CalibrationSource(
    ScaleMethod method, double percentile, ValueRanges ranges, StoredReference stored)
    implements ToXContentObject {

  /** The default: learned from the vectors, with the scales that rank best. */
  public static final CalibrationSource DYNAMIC = dynamic(CalibrationConfig.DYNAMIC);

  private static final String NAME = "calibration";
  private static final String MODE = "mode";
  private static final String METHOD = "method";
  private static final String PERCENTILE = "percentile";
  private static final String RANGES = "ranges";
  private static final String DYNAMIC_MODE = "dynamic";
  private static final String STATIC_MODE = "static";
  private static final List<String> KEYS =
      List.of(MODE, METHOD, PERCENTILE, RANGES, StoredReference.NAME, StoredReference.ID);

  /**
   * Reads the mapping's object.
   *
   * @param calibrations those that it may refer to
   * @throws IllegalArgumentException if it is no object, has an unknown parameter, one out of its
   *     range, or one that the mode or the method does not take; if it names a calibration that is
   *     not stored, without its id
   */
  static CalibrationSource parse(Object value, NodeCalibrations calibrations) {
    Map<?, ?> object = MappingValues.object(NAME, value);
    MappingValues.refuseUnknown(NAME, object, KEYS);
    Object mode = object.get(MODE);
    if (mode == null || mode.equals(DYNAMIC_MODE)) {
      return parseDynamic(object);
    } else if (mode.equals(STATIC_MODE)) {
      return parseStatic(object, calibrations);
    }
    throw new IllegalArgumentException(
        "unknown [calibration.mode] ["
            + MappingValues.shown(mode)
            + "], expected one of [dynamic, static]");
  }

  private static CalibrationSource parseDynamic(Map<?, ?> object) {
    for (String key : List.of(RANGES, StoredReference.NAME, StoredReference.ID)) {
      if (object.get(key) != null) {
        throw new IllegalArgumentException(
            "[calibration."
                + key
                + "] needs [calibration.mode: static], got [calibration.mode: dynamic]");
      }
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

  private static CalibrationSource parseStatic(Map<?, ?> object, NodeCalibrations calibrations) {
    for (String key : List.of(METHOD, PERCENTILE)) {
      if (object.get(key) != null) {
        throw new IllegalArgumentException(
            "[calibration."
                + key
                + "] needs [calibration.mode: dynamic], got [calibration.mode: static]");
      }
    }
    Object ranges = object.get(RANGES);
    StoredReference stored = StoredReference.parse(object, calibrations);
    if ((ranges == null) == (stored == null)) {
      throw new IllegalArgumentException(
          "[calibration.mode: static] needs [calibration.ranges] or [calibration.name], that of a"
              + " stored calibration, got "
              + (ranges == null ? "neither" : "both"));
    }
    return new CalibrationSource(
        CalibrationConfig.DYNAMIC.method(),
        CalibrationConfig.DYNAMIC.percentile(),
        ranges == null ? null : ValueRanges.parse(ranges),
        stored);
  }

  private static CalibrationSource dynamic(CalibrationConfig config) {
    return new CalibrationSource(config.method(), config.percentile(), null, null);
  }

  /** Whether one calibration serves all segments. */
  boolean isStatic() {
    return ranges != null || stored != null;
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
    if (stored != null) {
      stored.toXContent(builder.field(MODE, STATIC_MODE), params);
    } else if (ranges != null) {
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
      return stored == null ? "static" : "static " + stored;
    }
    return "dynamic " + method.label() + (method == ScaleMethod.PERCENTILE ? " " + percentile : "");
  }
}
