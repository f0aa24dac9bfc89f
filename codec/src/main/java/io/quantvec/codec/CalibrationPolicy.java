/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.CalibrationMethod;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.calibration.DriftTest;
import io.quantvec.codec.calibration.VectorSample;

/** Decides between the calibration that other segments use and one learned anew. */
final class CalibrationPolicy {

  /** A calibration of fewer vectors is the vectors' own more than the field's. */
  private static final int MIN_SAMPLE = 1_000;

  /**
   * A calibration gives way to one of so many times as many vectors: an index that grows learns
   * again a few times, and not at every merge.
   */
  private static final int GROWTH = 2;

  private final QuantizationConfig config;

  CalibrationPolicy(QuantizationConfig config) {
    this.config = config;
  }

  /**
   * Whether so many vectors are better encoded with the field's calibration than with a new one.
   */
  boolean isWorthKeeping(QuantizedField field, int vectors) {
    return field.space() == null || isWorthKeeping(field.space().calibration(), vectors);
  }

  private boolean isWorthKeeping(Calibration calibration, int vectors) {
    int dimension = calibration.dimension();
    boolean couldLearn =
        config.precision() != Precision.INT8
            && config.allocation() == Allocation.MIXED
            && Calibrator.canLearn(dimension, vectors);
    if (couldLearn && calibration.method() != CalibrationMethod.KLT) {
      return false;
    }
    int useful = Math.min(vectors, VectorSample.capacity(dimension));
    return calibration.sampleSize() >= Math.min(MIN_SAMPLE, useful)
        && (long) GROWTH * calibration.sampleSize() > useful;
  }

  /**
   * The calibration to encode a sample's vectors with.
   *
   * @param candidate one that other segments use; null for none
   * @param sample vectors of the field, overwritten; not empty
   */
  Calibration choose(Calibration candidate, VectorSample sample) {
    int vectors = (int) Math.min(Integer.MAX_VALUE, sample.seen());
    if (candidate != null
        && isWorthKeeping(candidate, vectors)
        && DriftTest.ratio(candidate, sample.vectors()) <= DriftTest.MAX_RATIO) {
      return candidate;
    }
    if (config.precision() == Precision.INT8) {
      return Calibrator.int8(sample.vectors());
    }
    boolean learned =
        config.allocation() == Allocation.MIXED
            && Calibrator.canLearn(sample.vectors().get(0).length, sample.vectors().size());
    return learned
        ? Calibrator.mixed(config.bits(), sample.vectors())
        : Calibrator.uniform(config.bits(), sample.vectors());
  }
}
