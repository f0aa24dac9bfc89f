/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import java.io.IOException;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Asks for a calibration to be deleted. */
public final class DeleteCalibrationRequest extends AcknowledgedRequest<DeleteCalibrationRequest> {

  private final String name;
  private final String id;

  /**
   * @param id the version to delete; null for all
   */
  public DeleteCalibrationRequest(String name, String id) {
    this.name = name;
    this.id = id;
  }

  public DeleteCalibrationRequest(StreamInput in) throws IOException {
    super(in);
    this.name = in.readString();
    this.id = in.readOptionalString();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeString(name);
    out.writeOptionalString(id);
  }

  @Override
  public ActionRequestValidationException validate() {
    return null;
  }

  String name() {
    return name;
  }

  /** Null for all versions. */
  String id() {
    return id;
  }
}
