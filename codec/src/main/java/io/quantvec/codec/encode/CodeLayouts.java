/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.encode.CodeLayout.Kind;
import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Chooses the layout of a calibration's codes. */
public final class CodeLayouts {

  private CodeLayouts() {}

  /**
   * The layout of codes.
   *
   * @param calibration empty for half floats and for a field without vectors
   */
  public static CodeLayout of(
      QuantizationConfig config,
      Optional<Calibration> calibration,
      int dimension,
      VectorSimilarityFunction similarity) {
    if (calibration.isEmpty()) {
      // Half floats, or a field without vectors, for which every layout is right.
      return new CodeLayout(Kind.HALVES, dimension, CorrectionTerms.NONE);
    }
    return of(config, calibration.get(), dimension, similarity);
  }

  /** The layout of the codes of a calibration. */
  public static CodeLayout of(
      QuantizationConfig config,
      Calibration calibration,
      int dimension,
      VectorSimilarityFunction similarity) {
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
    // Codes of one size have their own kernels, which are faster than those of planes.
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
