/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.settings.QuantvecSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A field whose mapping refers to a stored calibration.
 *
 * @param index the index
 * @param field the field's full name
 * @param name the calibration's
 * @param id the version
 */
record CalibrationUse(String index, String field, String name, String id) implements Writeable {

  CalibrationUse(StreamInput in) throws IOException {
    this(in.readString(), in.readString(), in.readString(), in.readString());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(index);
    out.writeString(field);
    out.writeString(name);
    out.writeString(id);
  }

  @Override
  public String toString() {
    return index + "/" + field;
  }

  /** All uses in a cluster: open and closed indexes, not templates. */
  static List<CalibrationUse> in(ClusterState state) {
    List<CalibrationUse> uses = new ArrayList<>();
    for (IndexMetadata index : state.metadata()) {
      if (index.mapping() != null && QuantvecSettings.takesQuantizedVectors(index.getSettings())) {
        visit(index.getIndex().getName(), "", index.mapping().sourceAsMap(), uses);
      }
    }
    return uses;
  }

  private static void visit(
      String index, String parent, Map<?, ?> object, List<CalibrationUse> uses) {
    if (!(object.get("properties") instanceof Map<?, ?> properties)) {
      return;
    }
    for (Map.Entry<?, ?> property : properties.entrySet()) {
      String field = parent + property.getKey();
      if (property.getValue() instanceof Map<?, ?> mapping) {
        if (QuantizedVectorFieldType.TYPE_NAME.equals(mapping.get("type"))
            && mapping.get("calibration") instanceof Map<?, ?> calibration
            && calibration.get("name") instanceof String name) {
          uses.add(new CalibrationUse(index, field, name, String.valueOf(calibration.get("id"))));
        }
        visit(index, field + ".", mapping, uses);
      }
    }
  }
}
