/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.mapper;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.plugin.vector.MappingValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The ranges of values that codes cover, from the mapping: one range for all dimensions, or one
 * range for each.
 *
 * @param min the lowest values, as the mapping has them; one if the range is the same for all
 * @param max the highest values
 * @param perDimension whether each dimension has a range of its own
 */
public record ValueRanges(List<Double> min, List<Double> max, boolean perDimension)
    implements ToXContentObject {

  private static final String NAME = "calibration.ranges";
  private static final String MIN = "min";
  private static final String MAX = "max";

  public ValueRanges {
    min = List.copyOf(min);
    max = List.copyOf(max);
  }

  /**
   * Reads the mapping's ranges: an object of {@code min} and {@code max}, or an array of both, each
   * being a number or an array of as many numbers as dimensions.
   *
   * @throws IllegalArgumentException if it is neither, or a range is empty or not finite
   */
  static ValueRanges parse(Object value) {
    if (value instanceof List<?> rows) {
      if (rows.size() != 2) {
        throw new IllegalArgumentException(
            "["
                + NAME
                + "] must be an array of two, the lowest and the highest values, got an array of "
                + rows.size());
      }
      return parse(rows.get(0), rows.get(1));
    }
    if (!(value instanceof Map<?, ?> object)) {
      throw new IllegalArgumentException(
          "["
              + NAME
              + "] must be an object of [min] and [max], or an array of both, got ["
              + MappingValues.shown(value)
              + "]");
    }
    MappingValues.refuseUnknown(NAME, object, List.of(MIN, MAX));
    for (String key : List.of(MIN, MAX)) {
      if (object.get(key) == null) {
        throw new IllegalArgumentException("[" + NAME + "] needs [" + MIN + "] and [" + MAX + "]");
      }
    }
    return parse(object.get(MIN), object.get(MAX));
  }

  private static ValueRanges parse(Object min, Object max) {
    boolean perDimension = min instanceof List<?>;
    if (perDimension != max instanceof List<?>) {
      throw new IllegalArgumentException(
          "["
              + NAME
              + "] must have two numbers or two arrays as [min] and [max], got ["
              + MappingValues.shown(min)
              + "] and ["
              + MappingValues.shown(max)
              + "]");
    }
    ValueRanges ranges = new ValueRanges(numbers(MIN, min), numbers(MAX, max), perDimension);
    ranges.check();
    return ranges;
  }

  private static List<Double> numbers(String key, Object value) {
    String name = NAME + "." + key;
    if (!(value instanceof List<?> list)) {
      return List.of(MappingValues.finiteFloat(name, value, ""));
    }
    List<Double> numbers = new ArrayList<>(list.size());
    for (int d = 0; d < list.size(); d++) {
      numbers.add(MappingValues.finiteFloat(name, list.get(d), at(d)));
    }
    return numbers;
  }

  private static String at(int index) {
    return " at index [" + index + "]";
  }

  private void check() {
    if (min.size() != max.size()) {
      throw new IllegalArgumentException(
          "["
              + NAME
              + "] must have as many lowest as highest values, got "
              + min.size()
              + " and "
              + max.size());
    }
    for (int d = 0; d < min.size(); d++) {
      if (!(min.get(d).floatValue() < max.get(d).floatValue())) {
        throw new IllegalArgumentException(
            "["
                + NAME
                + "] must have each [min] below its [max], got ["
                + min.get(d)
                + "] and ["
                + max.get(d)
                + "]"
                + (perDimension ? at(d) : ""));
      }
    }
  }

  /**
   * The calibration with these ranges.
   *
   * @param bits bits per dimension
   * @throws IllegalArgumentException if there are ranges for another dimension, or so narrow ones
   *     that floats cannot divide them
   */
  Calibration calibration(int dimension, int bits) {
    if (perDimension && min.size() != dimension) {
      throw new IllegalArgumentException(
          "["
              + NAME
              + "] must have one range, or "
              + dimension
              + " as [dimension] says, got "
              + min.size());
    }
    try {
      return FixedCalibrations.ranges(floats(min, dimension), floats(max, dimension), bits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("[" + NAME + "]: " + e.getMessage(), e);
    }
  }

  private float[] floats(List<Double> values, int dimension) {
    float[] floats = new float[dimension];
    if (perDimension) {
      for (int d = 0; d < dimension; d++) {
        floats[d] = values.get(d).floatValue();
      }
    } else {
      Arrays.fill(floats, values.get(0).floatValue());
    }
    return floats;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    return builder
        .startObject()
        .field(MIN, perDimension ? min : min.get(0))
        .field(MAX, perDimension ? max : max.get(0))
        .endObject();
  }
}
