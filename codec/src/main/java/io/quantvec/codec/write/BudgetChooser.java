/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.write;

import io.quantvec.codec.calibration.Calibration;
import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.codec.calibration.FixedCalibrations;
import io.quantvec.codec.calibration.VectorSample;
import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.BudgetChoice;
import io.quantvec.codec.config.DefaultRescoring;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.codec.encode.CalibratedSpace;
import io.quantvec.codec.encode.CodeLayout;
import io.quantvec.codec.encode.CodeLayouts;
import io.quantvec.codec.encode.CodeSpace;
import io.quantvec.codec.encode.CopyLayout;
import io.quantvec.codec.transform.PrincipalAxes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Chooses the budget of {@link io.quantvec.codec.config.Precision#AUTO}: the smallest budget whose
 * codes are expected to reach the target recall if candidates are rescored by default.
 */
final class BudgetChooser {

  /** Bits per dimension that are tried. Each budget is at most an eighth above the one before. */
  private static final double[] BUDGETS = {
    .5, .5625, .625, .7, .785, .875, 1, 1.125, 1.25, 1.4, 1.585, 1.75, 2, 2.25, 2.5, 2.8, 3.15, 3.5,
    4, 4.5, 5, 5.6, 6.25, 7
  };

  /** Steps between the budgets that are tried until one meets the target. */
  private static final int STRIDE = 3;

  /**
   * The budget where too few vectors can be measured: with rescoring it finds nearly every neighbor
   * on all data tried.
   */
  private static final double SAFE_RESCORED = 4;

  /** Vectors from which the scales of a trial are learned. */
  private static final int TRIAL_VECTORS = 1_000;

  /** 16 MB, which bounds the copies of trial vectors at high dimensions. */
  private static final int TRIAL_FLOATS = 1 << 22;

  /**
   * Standard errors by which an estimate must exceed the target, so that chance alone rarely
   * decides.
   */
  private static final double MARGIN = 0.7;

  /**
   * Share of the recall of the rerank copy that suffices where the copy itself misses the target.
   */
  private static final double ENOUGH_OF_COPY = 0.995;

  private final QuantizationConfig config;
  private final VectorSimilarityFunction similarity;

  /**
   * @param config of {@link io.quantvec.codec.config.Precision#AUTO}
   */
  BudgetChooser(QuantizationConfig config, VectorSimilarityFunction similarity) {
    this.config = config;
    this.similarity = similarity;
  }

  /** Makes a calibration for a budget from a sample, which it overwrites. */
  @FunctionalInterface
  private interface Learner {
    Calibration learn(double bits, List<float[]> sample);
  }

  /**
   * Chooses a budget and learns the calibration for that budget.
   *
   * @param sample of all vectors, normalized for cosine; not empty; overwritten
   */
  BudgetedCalibration learn(VectorSample sample) throws IOException {
    List<float[]> vectors = sample.vectors();
    Learner learner = learner(vectors);
    double bits = rescores() ? SAFE_RESCORED : QuantizationConfig.INT8_BITS;
    double expected = Double.NaN;
    if (isMeasurable(sample)) {
      Search search = new Search(learner, vectors, sample.seen());
      int budget = search.smallest();
      bits = search.bits(budget);
      expected = search.expected(budget);
    }
    return new BudgetedCalibration(
        learner.learn(bits, vectors),
        config.withChosenBits(bits),
        new BudgetChoice((float) expected, count(sample)));
  }

  /** Whether the sample is large enough to measure recall on it. */
  static boolean isMeasurable(VectorSample sample) {
    return sample.vectors().size() >= SampleRecall.MIN_VECTORS;
  }

  /**
   * The recall that is expected of a known calibration.
   *
   * @param chosen the configuration with the budget that the calibration was learned for
   * @param sample of all vectors, normalized for cosine; {@link #isMeasurable}; not changed
   */
  BudgetChoice expected(QuantizationConfig chosen, Calibration calibration, VectorSample sample)
      throws IOException {
    SampleRecall recall = new SampleRecall(similarity, sample.vectors(), sample.seen());
    rescoreWithCopy(recall, calibration.centroid());
    double expected = codeRecall(recall, chosen, calibration, Double.NaN).share();
    return new BudgetChoice((float) expected, count(sample));
  }

  private static int count(VectorSample sample) {
    return (int) Math.min(Integer.MAX_VALUE, sample.seen());
  }

  /** Without a rerank copy the order by codes is final. */
  private boolean rescores() {
    return config.storedCopy() != RerankPrecision.NONE;
  }

  private Learner learner(List<float[]> sample) {
    Calibrator calibrator =
        new Calibrator(config.calibration().method(), config.calibration().percentile());
    boolean mixed =
        config.allocation() == Allocation.MIXED
            && Calibrator.canLearn(sample.get(0).length, sample.size());
    PrincipalAxes axes = mixed ? Calibrator.axes(sample) : null;
    return (bits, vectors) -> {
      if (bits == QuantizationConfig.INT8_BITS) {
        return calibrator.int8(vectors);
      }
      return mixed && calibrator.suits(axes, bits, sample)
          ? calibrator.mixed(axes, bits, vectors)
          : calibrator.uniform(bits, vectors);
    };
  }

  /** The recall of a scan of codes, rescored by default. */
  private SampleRecall.Estimate codeRecall(
      SampleRecall recall, QuantizationConfig chosen, Calibration calibration, double goal)
      throws IOException {
    int dimension = calibration.dimension();
    CodeLayout layout = CodeLayouts.of(chosen, calibration, dimension, similarity);
    int rescored = DefaultRescoring.candidates(chosen, dimension, false, SampleRecall.K);
    int candidates = Math.max(SampleRecall.K, rescored);
    return recall.of(new CalibratedSpace(layout, calibration), candidates, goal);
  }

  /**
   * Measures the rerank copy. Half floats and floats keep the order of vectors; 8 bits keep nearly
   * all of it.
   *
   * @return the recall of the copy
   */
  private double rescoreWithCopy(SampleRecall recall, float[] centroid) throws IOException {
    if (config.storedCopy() != RerankPrecision.INT8) {
      return 1;
    }
    CodeLayout layout = CopyLayout.int8(centroid.length);
    CodeSpace space = new CalibratedSpace(layout, FixedCalibrations.local(centroid));
    return recall.rescoreWith(space).share();
  }

  /** A search for the smallest sufficient budget on one sample. */
  private final class Search {

    private final Learner learner;
    private final List<float[]> sample;
    private final SampleRecall recall;
    private final double copyRecall;

    /** The recall of each budget that was tried; the last place is for int8. */
    private final SampleRecall.Estimate[] found = new SampleRecall.Estimate[BUDGETS.length + 1];

    Search(Learner learner, List<float[]> sample, long vectors) throws IOException {
      this.learner = learner;
      this.sample = sample;
      this.recall = new SampleRecall(similarity, sample, vectors);
      this.copyRecall = rescoreWithCopy(recall, trial(BUDGETS[0]).centroid());
    }

    /** A calibration of a budget, with scales learned from some of the sample, evenly spaced. */
    private Calibration trial(double bits) {
      int most = Math.min(TRIAL_VECTORS, TRIAL_FLOATS / sample.get(0).length);
      int count = Math.min(most, sample.size());
      List<float[]> some = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        some.add(sample.get((int) ((long) i * sample.size() / count)).clone());
      }
      return learner.learn(bits, some);
    }

    double bits(int budget) {
      return budget < BUDGETS.length ? BUDGETS[budget] : QuantizationConfig.INT8_BITS;
    }

    /** The expected recall of a budget that was tried. */
    double expected(int budget) {
      return found[budget].share();
    }

    private boolean meets(int budget, double goal) throws IOException {
      double bits = bits(budget);
      found[budget] = codeRecall(recall, config.withChosenBits(bits), trial(bits), goal);
      return found[budget].share() - MARGIN * found[budget].standardError() >= goal;
    }

    /**
     * The smallest budget that meets the target, or the largest budget if none does. Recall need
     * not rise with the budget, because fewer candidates of longer codes are rescored. The search
     * therefore tries some budgets in ascending order, and then those between the first that meets
     * the target and the one before it.
     */
    int smallest() throws IOException {
      double goal = Math.min(config.targetRecall(), ENOUGH_OF_COPY * copyRecall);
      if (copyRecall == 1) {
        goal = config.targetRecall();
      }
      // The last one is int8, whose candidates are not rescored.
      int last = rescores() ? BUDGETS.length - 1 : BUDGETS.length;
      int high = 0;
      while (!meets(high, goal) && high < last) {
        high = Math.min(last, high + STRIDE);
      }
      int low = high - STRIDE + 1;
      while (low < high) {
        int middle = Math.max(0, (low + high) / 2);
        if (found[middle] == null && meets(middle, goal)) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return high;
    }
  }
}
