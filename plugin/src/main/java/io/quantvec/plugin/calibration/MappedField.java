/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.codec.calibration.ClippingRange;
import io.quantvec.codec.calibration.ScaleMethod;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.Precision;
import io.quantvec.plugin.calibration.store.CalibrationSpec;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import java.util.Map;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;

/**
 * The mapping of a field for which a calibration is learned.
 *
 * @param dimension the number of dimensions
 * @param spec how its codes are calibrated now
 */
record MappedField(int dimension, CalibrationSpec spec) {

  /**
   * Finds it in the cluster state, whose mappings name every parameter.
   *
   * @return null if the index has no such field, or one of another type: the shards tell that
   *     better
   * @throws IllegalArgumentException if its vectors arrive as codes
   */
  static MappedField of(ClusterState state, String index, String field) {
    IndexMetadata metadata = state.metadata().index(index);
    if (metadata == null || metadata.mapping() == null) {
      return null;
    }
    Map<String, Object> mapping = metadata.mapping().sourceAsMap();
    Map<?, ?> found = find(mapping, field);
    if (found != null && "alias".equals(found.get("type"))) {
      found = find(mapping, String.valueOf(found.get("path")));
    }
    if (found == null || !QuantizedVectorFieldType.TYPE_NAME.equals(found.get("type"))) {
      return null;
    }
    if (found.get("input") instanceof Map<?, ?> input && !"float".equals(input.get("type"))) {
      throw new IllegalArgumentException(
          "field ["
              + field
              + "] of index ["
              + index
              + "] has [input.type: "
              + input.get("type")
              + "], codes that are stored as they arrive and have nothing to calibrate, expected"
              + " [input.type: float]");
    }
    return new MappedField(((Number) found.get("dimension")).intValue(), spec(found));
  }

  private static CalibrationSpec spec(Map<?, ?> found) {
    Precision precision = Precision.fromLabel((String) found.get("precision"));
    double bits =
        precision == Precision.BITS ? ((Number) found.get("bits")).doubleValue() : precision.bits();
    ScaleMethod method = ScaleMethod.AUTO;
    double percentile = ClippingRange.DEFAULT_PERCENTILE;
    if (found.get("calibration") instanceof Map<?, ?> calibration) {
      if (calibration.get("method") instanceof String label) {
        method = ScaleMethod.fromLabel(label);
      }
      if (calibration.get("percentile") instanceof Number number) {
        percentile = number.doubleValue();
      }
    }
    return new CalibrationSpec(
        precision,
        bits,
        Allocation.fromLabel((String) found.get("allocation")),
        method,
        percentile);
  }

  private static Map<?, ?> find(Map<?, ?> object, String path) {
    if (!(object.get("properties") instanceof Map<?, ?> properties)) {
      return null;
    }
    if (properties.get(path) instanceof Map<?, ?> leaf) {
      return leaf;
    }
    for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
      if (properties.get(path.substring(0, dot)) instanceof Map<?, ?> parent) {
        Map<?, ?> found = find(parent, path.substring(dot + 1));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }
}
