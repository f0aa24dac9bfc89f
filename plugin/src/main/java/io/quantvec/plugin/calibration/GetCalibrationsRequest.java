/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.calibration;

import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Asks for calibrations. */
public final class GetCalibrationsRequest extends ActionRequest {

  private final String[] names;

  /**
   * @param names names or patterns with {@code *}; none for all
   */
  public GetCalibrationsRequest(String... names) {
    this.names = names;
  }

  public GetCalibrationsRequest(StreamInput in) throws IOException {
    super(in);
    this.names = in.readStringArray();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeStringArray(names);
  }

  @Override
  public ActionRequestValidationException validate() {
    return null;
  }

  String[] names() {
    return names;
  }
}
