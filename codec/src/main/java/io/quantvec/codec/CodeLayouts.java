/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.code.CodeLayout;
import io.quantvec.codec.code.CodeLayout.Kind;
import io.quantvec.codec.code.LaneLayout;

/** Chooses how the codes of a calibration are packed. */
final class CodeLayouts {

  private CodeLayouts() {}

  /**
   * @param calibration null if there is nothing to calibrate
   */
  static CodeLayout of(QuantizationConfig config, Calibration calibration, int dimension) {
    if (calibration == null) {
      // Without vectors there are no codes; any layout describes them.
      return new CodeLayout(Kind.HALVES, dimension);
    }
    int bits = calibration.bits()[0];
    boolean even = calibration.codeDimension() == dimension;
    for (byte b : calibration.bits()) {
      even &= b == bits;
    }
    // Codes of one size have kernels of their own, which are faster than lanes.
    if (config.precision() == Precision.INT8) {
      return new CodeLayout(Kind.BYTES, dimension);
    } else if (even && bits == 4) {
      return new CodeLayout(Kind.NIBBLES, dimension);
    } else if (even && bits == 1) {
      return new CodeLayout(Kind.BITS, dimension);
    }
    return new LaneLayout(calibration).codeLayout(dimension);
  }
}
