/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.CodeLayout.Kind;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Chooses how the codes of a calibration are packed. */
public final class CodeLayouts {

  private CodeLayouts() {}

  /**
   * @param calibration null if there is nothing to calibrate
   */
  public static CodeLayout of(
      QuantizationConfig config,
      Calibration calibration,
      int dimension,
      VectorSimilarityFunction similarity) {
    if (calibration == null) {
      // Without vectors there are no codes; any layout describes them.
      return new CodeLayout(Kind.HALVES, dimension, CorrectionTerms.NONE);
    }
    Kind kind = kind(config, calibration, dimension);
    CorrectionTerms terms =
        CorrectionTerms.of(kind, similarity, calibration.method() == CalibrationMethod.INPUT);
    return kind == Kind.PLANES
        ? new CodeLayout(kind, dimension, new BitPlanes(calibration).bytes(), terms)
        : new CodeLayout(kind, dimension, terms);
  }

  private static Kind kind(QuantizationConfig config, Calibration calibration, int dimension) {
    int bits = calibration.bits()[0];
    boolean even = calibration.codeDimension() == dimension;
    for (byte b : calibration.bits()) {
      even &= b == bits;
    }
    // Codes of one size have kernels of their own, which are faster than planes.
    if (config.hasByteCodes()) {
      return Kind.BYTES;
    } else if (even && bits == 4) {
      return Kind.NIBBLES;
    } else if (even && bits == 1) {
      return Kind.BITS;
    }
    return Kind.PLANES;
  }
}
