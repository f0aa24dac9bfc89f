/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.segment;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.DriftCheck;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.FieldCoding;
import java.util.HexFormat;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * A quantized field in a segment: everything that the segment's files say about it besides the
 * vectors themselves.
 *
 * @param config how the field was written, with the budget that was chosen, if one was; a static
 *     calibration is known by its id only
 * @param coding what the codes and the rerank copy mean
 * @param vectors vectors of the segment, deleted ones included
 * @param provenance how the codes came about
 * @param fit how well the codes fit the segment's vectors
 * @param locations where the field's bytes are in the segment's files
 */
public record SegmentField(
    QuantizationConfig config,
    FieldCoding coding,
    int vectors,
    CodeProvenance provenance,
    CodeFit fit,
    FieldLocations locations) {

  public VectorSimilarityFunction similarity() {
    return coding.similarity();
  }

  /** The layout of a code's record. */
  public CodeLayout layout() {
    return coding.layout();
  }

  /** Bytes per vector: the code and its correction terms. */
  public int codeBytes() {
    return coding.layout().recordLength();
  }

  /**
   * The rerank copy beside the codes: vectors are read, rescored, merged and searched exactly from
   * this copy; {@link RerankPrecision#NONE} if the codes themselves serve.
   */
  public RerankPrecision rerankCopy() {
    return coding.copy().kind();
  }

  /** Bytes per vector of the rerank copy, with the vector's length where that is kept apart. */
  public int rerankBytes() {
    return coding.copy().recordLength();
  }

  /**
   * Bytes per vector of the terms that bound the errors of code and rerank copy; 0 without a copy.
   */
  public int errorBytes() {
    return coding.copy().errorTerms().length();
  }

  /**
   * The calibration of the codes: bits and steps of each block, sample size, expected error, clip
   * rate and when it was learned. Null for half floats and where there are no vectors.
   */
  public Calibration calibration() {
    return coding.calibration().orElse(null);
  }

  /** The calibration of the rerank copy; null unless the copy has 8 bits per dimension. */
  public Calibration copyCalibration() {
    return coding.copyCalibration().orElse(null);
  }

  /** The calibration's id in hexadecimal digits; null without a calibration. */
  public String calibrationId() {
    byte[] id = locations.calibrationId();
    return id == null ? null : HexFormat.of().formatHex(id);
  }

  /**
   * The live over the expected error, squared: about 1 for vectors like those that the calibration
   * was learned from. NaN without a calibration, and where the calibration does not know what error
   * to expect; infinite where it expects none and there is one.
   */
  public float driftRatio() {
    Calibration calibration = calibration();
    return calibration == null ? Float.NaN : (float) DriftCheck.ratio(calibration, fit.liveError());
  }

  /**
   * The {@link #driftRatio} above which the vectors differ from those that the calibration was
   * learned from; NaN where the drift ratio is NaN.
   */
  public double driftThreshold() {
    return Float.isNaN(driftRatio()) ? Double.NaN : DriftCheck.threshold(calibration(), vectors);
  }

  /** Whether the vectors differ from those that the calibration was learned from. */
  public boolean isDrifted() {
    return driftRatio() > driftThreshold();
  }
}
