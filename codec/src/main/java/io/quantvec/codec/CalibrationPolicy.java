/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.calibration.DenseTransform;
import io.quantvec.codec.calibration.DriftTest;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.calibration.VectorSample;
import java.io.IOException;
import java.util.List;

/** Decides between the calibration that other segments use and one learned anew. */
final class CalibrationPolicy {

  /** A calibration of fewer vectors is the vectors' own more than the field's. */
  private static final int MIN_SAMPLE = 1_000;

  /**
   * A calibration gives way to one of so many times as many vectors: an index that grows learns
   * again a few times, and not at every merge.
   */
  private static final int GROWTH = 2;

  /** So many vectors tell where their centre is. */
  private static final int MIN_CENTRED = 8;

  /**
   * A centre that adds no more to squared lengths than this costs 8 bit copies a tenth of a bit.
   */
  private static final double OFF_CENTRE = 1.2;

  private final QuantizationConfig config;

  CalibrationPolicy(QuantizationConfig config) {
    this.config = config;
  }

  /**
   * What was decided.
   *
   * @param calibration null where there is nothing to calibrate
   * @param copy the calibration of 8 bit copies; null where there are none
   */
  record Choice(Calibration calibration, CodeReason reason, Calibration copy) {

    static final Choice NOTHING = new Choice(null, CodeReason.NONE, null);
  }

  /** Takes a sample of the vectors that are to be written. */
  @FunctionalInterface
  interface Sampler {
    VectorSample sample() throws IOException;
  }

  /**
   * The calibration of vectors that no other segment holds.
   *
   * @param offer the one that other segments use; null for none
   */
  Choice forFlush(CalibrationRegistry.Offered offer, Sampler sampler) throws IOException {
    if (config.precision() == Precision.FP16) {
      return Choice.NOTHING;
    }
    if (config.calibration().isStatic()) {
      return keep(config.calibration().frozen(), CodeReason.STATIC, null);
    }
    VectorSample sample = sampler.sample();
    if (sample.vectors().isEmpty()) {
      return Choice.NOTHING;
    }
    if (offer == null) {
      return learn(sample, CodeReason.FIRST, null);
    }
    Calibration offered = offer.calibration();
    boolean codesOnly = config.storedCopy() == RerankPrecision.NONE;
    int vectors = (int) Math.min(Integer.MAX_VALUE, sample.seen());
    if (!isWorthKeeping(offered, vectors) && !(codesOnly && wouldGiveWay(offer, vectors))) {
      return learn(sample, CodeReason.GROWN, offer.copy());
    }
    float liveError = DriftTest.liveError(offered, sample.vectors());
    boolean drifted =
        codesOnly
            ? DriftTest.isFarDrift(offered, liveError)
            : DriftTest.isDrift(offered, liveError, sample.vectors().size());
    return drifted
        ? learn(sample, CodeReason.DRIFTED, offer.copy())
        : keep(offered, CodeReason.FITS, offer.copy());
  }

  /**
   * Whether a calibration learned from so few vectors would give way to the one on offer when their
   * segments are merged. Without a finer copy its codes would be encoded once more then, and lose
   * more than if they had been of the other calibration from the start.
   */
  private static boolean wouldGiveWay(CalibrationRegistry.Offered offer, int vectors) {
    return offer.calibration().transform() instanceof DenseTransform
        ? vectors <= offer.vectors()
        : MergeSources.areFew(vectors, offer.vectors());
  }

  /** The calibration of merged vectors; they are not sampled if one of the sources' fits. */
  Choice forMerge(MergeSources sources) throws IOException {
    if (config.precision() == Precision.FP16) {
      return Choice.NOTHING;
    }
    if (config.calibration().isStatic()) {
      return keep(config.calibration().frozen(), CodeReason.STATIC, sources.largestCopy());
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
      return keep(candidate, CodeReason.FITS, sources.largestCopy());
    }
    VectorSample sample = sources.sample();
    return sample.vectors().isEmpty()
        ? Choice.NOTHING
        : learn(sample, reason, sources.largestCopy());
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
    if (MergeSources.areFew(settled, sources.vectors())
        && !isWorthKeeping(kept, sources.vectors())) {
      VectorSample sample = sources.sampleOfUnsettled(config);
      return learn(sample, CodeReason.RECONFIGURED, sources.largestCopy());
    }
    return keep(kept, CodeReason.KEPT, sources.largestCopy());
  }

  /**
   * @param copy that of other segments' 8 bit copies; null for none
   */
  private Choice keep(Calibration calibration, CodeReason reason, Calibration copy) {
    boolean inherits = copy != null && copy.dimension() == calibration.dimension();
    return new Choice(calibration, reason, inherits ? copyOrNull(copy) : around(calibration));
  }

  /**
   * Learns a calibration of codes. That of 8 bit copies stays as long as it is near enough to the
   * vectors' centre: copies that stay as they are lose nothing more, however often codes change.
   *
   * @param copy that of other segments' 8 bit copies; null for none
   */
  private Choice learn(VectorSample sample, CodeReason reason, Calibration copy) {
    boolean inherits = copy != null && isNearCentre(copy.centroid(), sample.vectors());
    Calibration learned = learn(sample);
    return new Choice(learned, reason, inherits ? copyOrNull(copy) : around(learned));
  }

  private Calibration copyOrNull(Calibration copy) {
    return config.storedCopy() == RerankPrecision.INT8 ? copy : null;
  }

  /** The calibration of 8 bit copies around the centroid of that of the codes. */
  private Calibration around(Calibration calibration) {
    return config.storedCopy() == RerankPrecision.INT8
        ? CalibrationRegistry.intern(FixedCalibrations.local(calibration.centroid()))
        : null;
  }

  private static boolean isNearCentre(float[] centroid, List<float[]> vectors) {
    if (vectors.size() < MIN_CENTRED) {
      return true;
    }
    double[] mean = new double[centroid.length];
    double squares = 0;
    for (float[] vector : vectors) {
      for (int d = 0; d < centroid.length; d++) {
        double value = (double) vector[d] - centroid[d];
        mean[d] += value / vectors.size();
        squares += value * value;
      }
    }
    double offCentre = 0;
    for (double m : mean) {
      offCentre += m * m * vectors.size();
    }
    return squares <= OFF_CENTRE * (squares - offCentre);
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
    return CalibrationRegistry.intern(CalibrationLearning.learn(config, sample.vectors()));
  }
}
