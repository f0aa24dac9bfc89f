/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.calibration;

import java.util.List;

/** Learns calibrations for tests. */
public final class CalibrationFixtures {

  private CalibrationFixtures() {}

  /**
   * Learns mixed bits along the principal axes of a sample.
   *
   * @param bits bits per dimension, 0.5 to 7
   * @param sample vectors of the field; overwritten
   */
  public static Calibration mixed(double bits, List<float[]> sample) {
    return new Calibrator().mixed(Calibrator.axes(sample), bits, sample);
  }
}
