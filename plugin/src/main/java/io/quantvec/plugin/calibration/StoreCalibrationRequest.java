/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import io.quantvec.plugin.calibration.store.CalibrationVersion;
import java.io.IOException;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Asks the cluster manager to store a calibration. */
final class StoreCalibrationRequest extends AcknowledgedRequest<StoreCalibrationRequest> {

  private final String name;
  private final CalibrationVersion version;

  StoreCalibrationRequest(String name, CalibrationVersion version) {
    this.name = name;
    this.version = version;
  }

  StoreCalibrationRequest(StreamInput in) throws IOException {
    super(in);
    this.name = in.readString();
    this.version = new CalibrationVersion(in);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeString(name);
    version.writeTo(out);
  }

  @Override
  public ActionRequestValidationException validate() {
    return null;
  }

  String name() {
    return name;
  }

  CalibrationVersion version() {
    return version;
  }
}
