/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.transform.VectorMath;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How a segment's vectors of one field are turned into codes and a finer copy. Shared by all who
 * write, read and score them.
 *
 * @param layout of the codes
 * @param space what the codes mean; null for half floats and for a field without vectors
 * @param copy the finer copy
 * @param copySpace what the copy means if it is one of 8 bit codes; null otherwise
 */
public record FieldCoding(
    VectorSimilarityFunction similarity,
    CodeLayout layout,
    CodeSpace space,
    CopyLayout copy,
    CodeSpace copySpace) {

  /**
   * @param calibration null if there is nothing to calibrate
   * @param copyCalibration that of 8 bit copies; null if there are none
   */
  public static FieldCoding of(
      QuantizationConfig config,
      Calibration calibration,
      Calibration copyCalibration,
      int dimension,
      VectorSimilarityFunction similarity) {
    CodeLayout layout = CodeLayouts.of(config, calibration, dimension, similarity);
    CodeSpace space = calibration == null ? null : new CodeSpace(layout, calibration);
    boolean lossless = space != null && space.isLossless();
    CopyLayout copy = CopyLayout.of(config, dimension, similarity, lossless);
    CodeSpace copySpace =
        copyCalibration == null ? null : new CodeSpace(copy.codes(), copyCalibration);
    return new FieldCoding(similarity, layout, space, copy, copySpace);
  }

  /** The same layouts without calibrations, as of a field without vectors. */
  public FieldCoding withoutCalibrations() {
    return new FieldCoding(similarity, layout, null, copy, null);
  }

  /** A new encoder of error terms, for one thread; null if there are none. */
  public ErrorEncoder newErrorEncoder() {
    ErrorTerms terms = copy.errorTerms();
    return terms.length() == 0
        ? null
        : new ErrorEncoder(terms, similarity, space, copySpace, copy.dimension());
  }

  /** Whether vectors arrive as codes, and come back as they were. */
  public boolean isLossless() {
    return space != null && space.isLossless();
  }

  /** What codes are made of: under cosine a vector of unit length, unless it is a code itself. */
  public float[] coded(float[] vector) {
    return similarity == VectorSimilarityFunction.COSINE && !isLossless()
        ? VectorMath.normalized(vector)
        : vector;
  }
}
