/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.calibration.DenseTransform;
import io.quantvec.codec.calibration.DriftTest;
import io.quantvec.codec.calibration.VectorSample;
import java.io.IOException;

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
   * What was decided.
   *
   * @param calibration null where there is nothing to calibrate
   */
  record Choice(Calibration calibration, CodeReason reason) {

    static final Choice NOTHING = new Choice(null, CodeReason.NONE);
  }

  /** Takes a sample of the vectors that are to be written. */
  @FunctionalInterface
  interface Sampler {
    VectorSample sample() throws IOException;
  }

  /**
   * The calibration of vectors that no other segment holds.
   *
   * @param offered the one that other segments use; null for none
   */
  Choice forFlush(Calibration offered, Sampler sampler) throws IOException {
    if (config.precision() == Precision.FP16) {
      return Choice.NOTHING;
    }
    if (config.calibration().isStatic()) {
      return new Choice(config.calibration().frozen(), CodeReason.STATIC);
    }
    VectorSample sample = sampler.sample();
    if (sample.vectors().isEmpty()) {
      return Choice.NOTHING;
    }
    if (offered == null) {
      return new Choice(learn(sample), CodeReason.FIRST);
    }
    if (!isWorthKeeping(offered, (int) Math.min(Integer.MAX_VALUE, sample.seen()))) {
      return new Choice(learn(sample), CodeReason.GROWN);
    }
    float liveError = DriftTest.liveError(offered, sample.vectors());
    return DriftTest.isDrift(offered, liveError, sample.vectors().size())
        ? new Choice(learn(sample), CodeReason.DRIFTED)
        : new Choice(offered, CodeReason.FITS);
  }

  /** The calibration of merged vectors; they are not sampled if one of the sources' fits. */
  Choice forMerge(MergeSources sources) throws IOException {
    if (config.precision() == Precision.FP16) {
      return Choice.NOTHING;
    }
    if (config.calibration().isStatic()) {
      return new Choice(config.calibration().frozen(), CodeReason.STATIC);
    }
    int settled = sources.settledVectors(config);
    if (settled > 0) {
      return forSettled(sources, settled);
    }
    Calibration candidate = sources.largest(config);
    CodeReason reason;
    if (candidate == null) {
      reason = CodeReason.RECONFIGURED;
    } else if (!isWorthKeeping(candidate, sources.vectors())) {
      reason = CodeReason.GROWN;
    } else if (sources.drifted(config, candidate)) {
      reason = CodeReason.DRIFTED;
    } else {
      return new Choice(candidate, CodeReason.FITS);
    }
    VectorSample sample = sources.sample();
    return sample.vectors().isEmpty() ? Choice.NOTHING : new Choice(learn(sample), reason);
  }

  /**
   * The calibration of merged vectors of some of which there is nothing but codes as they are
   * written now. What the codes lost was lost for good: vectors made of them say nothing of the
   * calibration's errors, a new one would learn what codes look like, and encode them a second
   * time. So one of the old ones stays. Only where few vectors have such codes, as after a change
   * of the precision, and their calibration would be a bad one for all others, is it learned from
   * those.
   */
  private Choice forSettled(MergeSources sources, int settled) throws IOException {
    Calibration kept = sources.mostSettled(config);
    if (sources.areFew(settled) && !isWorthKeeping(kept, sources.vectors())) {
      VectorSample sample = sources.sampleOfUnsettled(config);
      return new Choice(learn(sample), CodeReason.RECONFIGURED);
    }
    return new Choice(kept, CodeReason.KEPT);
  }

  /**
   * Whether so many vectors are better encoded with the field's calibration than with a new one.
   */
  private boolean isWorthKeeping(Calibration calibration, int vectors) {
    int dimension = calibration.dimension();
    boolean couldLearn =
        config.precision() != Precision.INT8
            && config.allocation() == Allocation.MIXED
            && Calibrator.canLearn(dimension, vectors);
    if (couldLearn && !(calibration.transform() instanceof DenseTransform)) {
      return false;
    }
    int useful = Math.min(vectors, VectorSample.capacity(dimension));
    return calibration.sampleSize() >= Math.min(MIN_SAMPLE, useful)
        && (long) GROWTH * calibration.sampleSize() > useful;
  }

  private Calibration learn(VectorSample sample) {
    Calibrator calibrator =
        new Calibrator(config.calibration().method(), config.calibration().percentile());
    Calibration learned;
    if (config.precision() == Precision.INT8) {
      learned = calibrator.int8(sample.vectors());
    } else if (config.allocation() == Allocation.MIXED
        && Calibrator.canLearn(sample.vectors().get(0).length, sample.vectors().size())) {
      learned = calibrator.mixed(config.bits(), sample.vectors());
    } else {
      learned = calibrator.uniform(config.bits(), sample.vectors());
    }
    return CalibrationRegistry.intern(learned);
  }
}
