/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.encode;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.transform.VectorMath;
import java.util.Optional;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How the vectors of a field are turned into codes and a rerank copy in one segment. Shared by all
 * who write, read and score them.
 *
 * @param layout of the codes; a field without vectors may have another layout than its space
 * @param space the meaning of the codes; half floats for a field without vectors
 * @param copy the layout of the rerank copy
 * @param copySpace the meaning of the rerank copy's records; empty for floats, without a copy, and
 *     for a field without vectors whose copy would have a calibration
 */
public record FieldCoding(
    VectorSimilarityFunction similarity,
    CodeLayout layout,
    CodeSpace space,
    CopyLayout copy,
    Optional<CodeSpace> copySpace) {

  /**
   * The coding of vectors that are to be written.
   *
   * @param calibration empty for half floats and for a field without vectors
   * @param copyCalibration the calibration of a rerank copy of 8 bits; empty for other copies
   */
  public static FieldCoding of(
      QuantizationConfig config,
      Optional<Calibration> calibration,
      Optional<Calibration> copyCalibration,
      int dimension,
      VectorSimilarityFunction similarity) {
    CodeLayout layout = CodeLayouts.of(config, calibration, dimension, similarity);
    Optional<CalibratedSpace> codes = calibration.map(c -> new CalibratedSpace(layout, c));
    boolean lossless = codes.map(CalibratedSpace::isLossless).orElse(false);
    return of(
        similarity,
        layout,
        codes,
        CopyLayout.of(config, dimension, similarity, lossless),
        copyCalibration.map(c -> new CalibratedSpace(CopyLayout.int8(dimension), c)));
  }

  /**
   * The coding of given layouts.
   *
   * @param codes the meaning of the codes; empty for half floats and for a field without vectors
   * @param copyCodes the meaning of a rerank copy of 8 bits; empty for other copies
   */
  public static FieldCoding of(
      VectorSimilarityFunction similarity,
      CodeLayout layout,
      Optional<CalibratedSpace> codes,
      CopyLayout copy,
      Optional<CalibratedSpace> copyCodes) {
    HalfFloatSpace halves = new HalfFloatSpace(layout.dimension());
    Optional<CodeSpace> copySpace =
        switch (copy.kind()) {
          case FP32, NONE -> Optional.empty();
          case FP16 -> Optional.of(halves);
          case INT8 -> copyCodes.map(CodeSpace.class::cast);
        };
    CodeSpace space = codes.map(CodeSpace.class::cast).orElse(halves);
    return new FieldCoding(similarity, layout, space, copy, copySpace);
  }

  /** The same layouts without calibrations, as of a field without vectors. */
  public FieldCoding withoutCalibrations() {
    return of(similarity, layout, Optional.empty(), copy, Optional.empty());
  }

  /** The calibration of the codes; empty for half floats and for a field without vectors. */
  public Optional<Calibration> calibration() {
    return space.calibrated().map(CalibratedSpace::calibration);
  }

  /** The calibration of a rerank copy of 8 bits; empty for other copies. */
  public Optional<Calibration> copyCalibration() {
    return copySpace.flatMap(CodeSpace::calibrated).map(CalibratedSpace::calibration);
  }

  /** The space of the records that vectors are reconstructed from: the copy's, or the codes'. */
  CodeSpace reconstructed() {
    return copySpace.orElse(space);
  }

  /** A new encoder of error terms, for one thread. */
  public ErrorEncoder newErrorEncoder() {
    return ErrorEncoder.of(this);
  }

  /** Whether vectors arrive as codes, and are read back exactly. */
  public boolean isLossless() {
    return space.isLossless();
  }

  /** The vector that is encoded: under cosine the unit vector, unless vectors arrive as codes. */
  public float[] coded(float[] vector) {
    return similarity == VectorSimilarityFunction.COSINE && !isLossless()
        ? VectorMath.normalized(vector)
        : vector;
  }
}
