/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.calibration.store.CalibrationVersion;
import java.io.IOException;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;

/** The answer with the calibration that was stored. */
public final class CalibrationResponse extends AcknowledgedResponse {

  private final String name;
  private final boolean isNew;
  private final CalibrationVersion version;

  /**
   * @param acknowledged whether all nodes have it
   * @param isNew whether it was not stored under the name before
   */
  CalibrationResponse(
      boolean acknowledged, String name, boolean isNew, CalibrationVersion version) {
    super(acknowledged);
    this.name = name;
    this.isNew = isNew;
    this.version = version;
  }

  CalibrationResponse(StreamInput in) throws IOException {
    super(in);
    this.name = in.readString();
    this.isNew = in.readBoolean();
    this.version = new CalibrationVersion(in);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeString(name);
    out.writeBoolean(isNew);
    version.writeTo(out);
  }

  /** Whether it was not stored under the name before. */
  public boolean isNew() {
    return isNew;
  }

  /** What is stored. */
  public CalibrationVersion version() {
    return version;
  }

  @Override
  protected void addCustomFields(XContentBuilder builder, Params params) throws IOException {
    builder.field("name", name).field("result", isNew ? "created" : "noop");
    version.toXContent(builder, params);
  }
}
