/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.calibration.store.CalibrationVersion;
import io.quantvec.plugin.calibration.store.NamedCalibration;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Calibrations by name, and the fields that use them. */
public final class GetCalibrationsResponse extends ActionResponse implements ToXContentObject {

  private final Map<String, NamedCalibration> byName;
  private final List<CalibrationUse> uses;

  GetCalibrationsResponse(Map<String, NamedCalibration> byName, List<CalibrationUse> uses) {
    this.byName = new TreeMap<>(byName);
    this.uses = List.copyOf(uses);
  }

  GetCalibrationsResponse(StreamInput in) throws IOException {
    this(
        in.readMap(StreamInput::readString, NamedCalibration::new),
        in.readList(CalibrationUse::new));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeMap(byName, StreamOutput::writeString, (to, named) -> named.writeTo(to));
    out.writeList(uses);
  }

  /** By name, in their order. */
  public Map<String, NamedCalibration> byName() {
    return byName;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject().startArray("calibrations");
    for (Map.Entry<String, NamedCalibration> named : byName.entrySet()) {
      builder.startObject().field("name", named.getKey());
      builder.field("newest", named.getValue().newest().id()).startArray("versions");
      for (CalibrationVersion version : named.getValue().versions()) {
        version.toXContent(builder.startObject(), params);
        builder.startArray("used_by");
        for (CalibrationUse use : uses) {
          if (use.name().equals(named.getKey()) && use.id().equals(version.id())) {
            builder
                .startObject()
                .field("index", use.index())
                .field("field", use.field())
                .endObject();
          }
        }
        builder.endArray().endObject();
      }
      builder.endArray().endObject();
    }
    return builder.endArray().endObject();
  }
}
