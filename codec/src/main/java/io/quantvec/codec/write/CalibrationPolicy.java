/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.calibration.DriftCheck;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.calibration.InternedCalibrations;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.transform.DenseTransform;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Decides which calibration a new segment gets: the calibration that other segments have, so that
 * codes can be copied, or one learned from the vectors that are written.
 */
final class CalibrationPolicy {

  /** Below this sample size a calibration overfits its segment. */
  private static final int MIN_SAMPLE = 1_000;

  /**
   * A calibration is replaced when so many times as many vectors as its sample are available. A
   * growing index thus learns few times, and not at every merge.
   */
  private static final int GROWTH = 2;

  /** Vectors that suffice to tell where their center is. */
  private static final int MIN_CENTERED = 8;

  /**
   * The largest ratio of squared lengths around an old and the true center; at this ratio 8 bit
   * copies lose a tenth of a bit.
   */
  private static final double OFF_CENTER = 1.2;

  /**
   * A chosen budget is checked again at so many times as many vectors, because neighbors are harder
   * to tell apart among more vectors.
   */
  private static final int BUDGET_GROWTH = 2;

  /**
   * Recall shortfall that is tolerated before re-encoding: half of what a choice may miss the
   * target by.
   */
  private static final double SLACK = 0.005;

  private final QuantizationConfig config;
  private final VectorSimilarityFunction similarity;

  CalibrationPolicy(QuantizationConfig config, VectorSimilarityFunction similarity) {
    this.config = config;
    this.similarity = similarity;
  }

  private boolean choosesBudget() {
    return config.precision() == Precision.AUTO;
  }

  private CalibrationDecision nothing() {
    return new CalibrationDecision.None(config, choosesBudget() ? BudgetChoice.NONE : null);
  }

  /** Samples the vectors that are to be written. */
  @FunctionalInterface
  interface Sampler {
    VectorSample sample() throws IOException;
  }

  /**
   * Decides for a flush, whose vectors no other segment has.
   *
   * @param sampler samples these vectors
   * @param others asked for the calibration of other segments where it can matter; gives null for
   *     none
   */
  CalibrationDecision forFlush(Sampler sampler, Supplier<InheritedCalibrations.Inherited> others)
      throws IOException {
    if (config.precision() == Precision.FP16) {
      return nothing();
    }
    if (config.calibration().isStatic()) {
      return keep(fixed(config.calibration().frozen()), CodeReason.STATIC, null);
    }
    VectorSample sample = sampler.sample();
    if (sample.vectors().isEmpty()) {
      return nothing();
    }
    InheritedCalibrations.Inherited inherited = others.get();
    if (inherited == null) {
      return learn(sample, CodeReason.FIRST, null);
    }
    BudgetedCalibration offered = BudgetedCalibration.of(inherited.from(), config);
    Calibration copy = inherited.from().copyCalibration();
    boolean codesOnly = config.storedCopy() == RerankPrecision.NONE;
    int vectors = (int) Math.min(Integer.MAX_VALUE, sample.seen());
    boolean stays = codesOnly && wouldGiveWay(inherited, vectors);
    if (!stays && !isWorthKeeping(offered, vectors)) {
      return learn(sample, CodeReason.GROWN, copy);
    }
    float liveError = DriftCheck.liveError(offered.calibration(), sample.vectors());
    boolean drifted =
        codesOnly
            ? DriftCheck.isFarDrift(offered.calibration(), liveError)
            : DriftCheck.isDrift(offered.calibration(), liveError, sample.vectors().size());
    if (drifted) {
      return learn(sample, CodeReason.DRIFTED, copy);
    }
    return !stays && isOutgrown(offered.budget(), vectors)
        ? keepOrChooseAgain(offered, sample, copy)
        : keep(offered, CodeReason.FITS, copy);
  }

  private BudgetedCalibration fixed(Calibration calibration) {
    return new BudgetedCalibration(calibration, config, null);
  }

  /** Whether a budget was chosen for so few vectors that it may be too small now. */
  private static boolean isOutgrown(BudgetChoice budget, int vectors) {
    if (budget == null) {
      return false;
    }
    boolean measured = !Float.isNaN(budget.expectedRecall());
    return measured
        ? vectors / BUDGET_GROWTH >= budget.vectors()
        : vectors >= SampleRecall.MIN_VECTORS;
  }

  /**
   * Keeps a calibration if its budget still meets the target among more vectors, and learns another
   * one if not.
   *
   * @param copy the calibration of other segments' 8 bit copies; null for none
   */
  private CalibrationDecision keepOrChooseAgain(
      BudgetedCalibration old, VectorSample sample, Calibration copy) throws IOException {
    if (BudgetChooser.isMeasurable(sample)) {
      BudgetChoice now =
          new BudgetChooser(config, similarity).expected(old.config(), old.calibration(), sample);
      boolean measured = !Float.isNaN(old.budget().expectedRecall());
      if (measured && now.expectedRecall() >= config.targetRecall() - SLACK) {
        return keep(
            new BudgetedCalibration(old.calibration(), old.config(), now), CodeReason.FITS, copy);
      }
    }
    return learn(sample, CodeReason.GROWN, copy);
  }

  /**
   * Whether a merge would replace a calibration learned from so few vectors by the inherited one.
   * Without a rerank copy that merge would re-encode codes, and lose more than codes of the
   * inherited calibration lose from the start.
   */
  private static boolean wouldGiveWay(InheritedCalibrations.Inherited inherited, int vectors) {
    return inherited.from().calibration().transform() instanceof DenseTransform
        ? vectors <= inherited.vectors()
        : MergeSources.areFew(vectors, inherited.vectors());
  }

  /**
   * Decides for a merge: whether the codes of its segments are copied or their vectors re-encoded.
   * The vectors are sampled only if no segment's calibration fits, or if its budget is outgrown.
   */
  CalibrationDecision forMerge(MergeSources sources) throws IOException {
    if (config.precision() == Precision.FP16) {
      return nothing();
    }
    if (config.calibration().isStatic()) {
      return keep(fixed(config.calibration().frozen()), CodeReason.STATIC, sources.largestCopy());
    }
    int settled = sources.settledVectors(config);
    if (settled > 0) {
      return forSettled(sources, settled);
    }
    BudgetedCalibration candidate = budgeted(sources, sources.largest(config));
    boolean outgrown = false;
    CodeReason reason;
    if (candidate == null) {
      reason = CodeReason.RECONFIGURED;
    } else if (!isWorthKeeping(candidate, sources.vectors())) {
      reason = CodeReason.GROWN;
    } else if (sources.drifted(config, candidate.calibration())) {
      reason = CodeReason.DRIFTED;
    } else if (isOutgrown(candidate.budget(), sources.vectors())) {
      reason = CodeReason.FITS;
      outgrown = true;
    } else {
      return keep(candidate, CodeReason.FITS, sources.largestCopy());
    }
    VectorSample sample = sources.sample();
    if (sample.vectors().isEmpty()) {
      return nothing();
    }
    return outgrown
        ? keepOrChooseAgain(candidate, sample, sources.largestCopy())
        : learn(sample, reason, sources.largestCopy());
  }

  /** The calibration with the budget that its segments chose; null for no calibration. */
  private BudgetedCalibration budgeted(MergeSources sources, Calibration calibration) {
    return calibration == null
        ? null
        : BudgetedCalibration.of(sources.latestWith(config, calibration), config);
  }

  /**
   * Decides for a merge of segments some of which keep only codes, as they are written now. What
   * these codes lost is lost for good: vectors decoded from them say nothing about quantization
   * error, and a calibration learned from them would fit the codes and re-encode them. So an old
   * calibration is kept. An exception is a merge where few vectors have such codes, as after a
   * change of precision, and their calibration fits the others badly: then it is learned from the
   * others.
   */
  private CalibrationDecision forSettled(MergeSources sources, int settled) throws IOException {
    BudgetedCalibration kept = budgeted(sources, sources.mostSettled(config));
    if (MergeSources.areFew(settled, sources.vectors())
        && !isWorthKeeping(kept, sources.vectors())) {
      VectorSample sample = sources.sampleOfUnsettled(config);
      return learn(sample, CodeReason.RECONFIGURED, sources.largestCopy());
    }
    return keep(kept, CodeReason.KEPT, sources.largestCopy());
  }

  /**
   * @param copy the calibration of other segments' 8 bit copies; null for none
   */
  private CalibrationDecision keep(BudgetedCalibration kept, CodeReason reason, Calibration copy) {
    boolean inherits = copy != null && copy.dimension() == kept.calibration().dimension();
    return new CalibrationDecision.Keep(
        kept, reason, inherits ? copyOrNull(copy) : around(kept.calibration()));
  }

  /**
   * Learns the calibration of the codes. The calibration of 8 bit copies stays while it is near the
   * vectors' center: copied copies lose nothing, however often codes change.
   *
   * @param copy the calibration of other segments' 8 bit copies; null for none
   */
  private CalibrationDecision learn(VectorSample sample, CodeReason reason, Calibration copy)
      throws IOException {
    boolean inherits = copy != null && isNearCenter(copy.centroid(), sample.vectors());
    BudgetedCalibration learned = learn(sample);
    return new CalibrationDecision.Learn(
        learned, reason, inherits ? copyOrNull(copy) : around(learned.calibration()));
  }

  private Calibration copyOrNull(Calibration copy) {
    return config.storedCopy() == RerankPrecision.INT8 ? copy : null;
  }

  /** The calibration of 8 bit copies around the centroid of the codes' calibration. */
  private Calibration around(Calibration calibration) {
    return config.storedCopy() == RerankPrecision.INT8
        ? InternedCalibrations.intern(FixedCalibrations.local(calibration.centroid()))
        : null;
  }

  private static boolean isNearCenter(float[] centroid, List<float[]> vectors) {
    if (vectors.size() < MIN_CENTERED) {
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
    double offCenter = 0;
    for (double m : mean) {
      offCenter += m * m * vectors.size();
    }
    return squares <= OFF_CENTER * (squares - offCenter);
  }

  /** Whether the field's calibration serves so many vectors better than a new one. */
  private boolean isWorthKeeping(BudgetedCalibration known, int vectors) {
    Calibration calibration = known.calibration();
    int dimension = calibration.dimension();
    boolean couldLearnNow =
        !known.config().hasByteCodes()
            && config.allocation() == Allocation.MIXED
            && Calibrator.canLearn(dimension, vectors);
    // A sample that was large enough had its transform learned, and kept where useful.
    if (couldLearnNow && !Calibrator.canLearn(dimension, calibration.sampleSize())) {
      return false;
    }
    int useful = Math.min(vectors, VectorSample.capacity(dimension));
    return calibration.sampleSize() >= Math.min(MIN_SAMPLE, useful)
        && (long) GROWTH * calibration.sampleSize() > useful;
  }

  private BudgetedCalibration learn(VectorSample sample) throws IOException {
    if (choosesBudget()) {
      BudgetedCalibration learned = new BudgetChooser(config, similarity).learn(sample);
      Calibration dated = learned.calibration().withLearnedAt(System.currentTimeMillis());
      return new BudgetedCalibration(
          InternedCalibrations.intern(dated), learned.config(), learned.budget());
    }
    return fixed(InternedCalibrations.intern(CalibrationLearning.learn(config, sample.vectors())));
  }
}
