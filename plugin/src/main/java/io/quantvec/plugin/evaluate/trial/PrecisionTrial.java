/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.trial;

import io.quantvec.codec.config.CalibrationConfig;
import io.quantvec.codec.config.Precision;
import io.quantvec.codec.config.QuantizationConfig;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.evaluate.result.MeasuredValues;
import io.quantvec.plugin.evaluate.result.TrialReport;
import io.quantvec.plugin.evaluate.result.TrialResult;
import io.quantvec.plugin.evaluate.shard.ShardPlan;
import io.quantvec.plugin.evaluate.shard.WorkDeadline;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.settings.QuantvecLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Tries precisions on a sample of a field.
 *
 * <p>Among fewer vectors neighbors are easier to find: the r-th of a field of N vectors is at about
 * rank r M / N of a sample of M. So k and candidates are made smaller in proportion; where k would
 * become less than one neighbor, candidates keep their proportion to it, because it is their ratio
 * that decides what is found.
 */
public final class PrecisionTrial {

  private static final double TOLERANCE = 2e-6;

  private final ShardPlan plan;
  private final QuantvecLimits limits;
  private final TrialRequest request;
  private final int shards;
  private final long vectors;
  private final List<float[]> sample;
  private final List<float[]> targets;
  private final WorkDeadline stop;
  private final List<String> warnings;
  private final int k;

  /**
   * @param plan the field
   * @param shards that there are; each rescores candidates of its own
   * @param vectors live vectors that the sample stands for
   * @param sample at least one
   * @param targets queries that are not in the sample
   * @param warnings takes what went wrong with single precisions
   */
  public PrecisionTrial(
      ShardPlan plan,
      QuantvecLimits limits,
      TrialRequest request,
      int shards,
      long vectors,
      List<float[]> sample,
      List<float[]> targets,
      WorkDeadline stop,
      List<String> warnings) {
    this.plan = plan;
    this.limits = limits;
    this.request = request;
    this.shards = shards;
    this.vectors = vectors;
    this.sample = sample;
    this.targets = targets;
    this.stop = stop;
    this.warnings = warnings;
    this.k = neighbors(request.k(), sample.size(), vectors);
  }

  /** The k in a sample that corresponds to k in the field. */
  public static int neighbors(int k, int sample, long vectors) {
    long inProportion = Math.round((double) k * sample / vectors);
    return Math.clamp(inProportion, 1, Math.min(k, sample));
  }

  /** The number of candidates in a sample that corresponds to the candidates in the field. */
  public static int candidates(long candidates, int k, int neighbors, int sample) {
    long inProportion = Math.round((double) candidates * neighbors / k);
    return Math.clamp(inProportion, neighbors, Math.max(neighbors, sample));
  }

  /**
   * Runs.
   *
   * @param progress told how many are done
   * @return the results of the precisions for which there was time
   */
  public TrialReport run(IntConsumer progress) throws IOException {
    List<TrialResult> results = new ArrayList<>();
    double[] thresholds = thresholds();
    for (TrialPrecision precision : request.precisions()) {
      progress.accept(results.size());
      if (thresholds == null || stop.isTimeOver()) {
        break;
      }
      TrialResult result = run(precision, thresholds);
      if (result != null) {
        results.add(result);
      }
    }
    // If some precisions were not tried, one of them may be cheaper.
    boolean all = results.size() == request.precisions().size();
    String cheapest =
        !all
            ? null
            : results.stream()
                .filter(result -> Boolean.TRUE.equals(result.meetsTarget()))
                .min(
                    Comparator.comparingInt((TrialResult trial) -> trial.vectorBytes().codeBytes())
                        .thenComparingInt(TrialResult::totalBytes))
                .map(PrecisionTrial::name)
                .orElse(null);
    return new TrialReport(sample.size(), vectors, k, results, cheapest);
  }

  private static String name(TrialResult result) {
    return result.codes().precision().equals(Precision.BITS.label())
        ? "bits: " + result.codes().bits()
        : result.codes().precision();
  }

  private QuantizationConfig config(TrialPrecision precision) {
    return new QuantizationConfig(
        precision.precision(),
        precision.bits(),
        plan.encoding().allocation(),
        plan.encoding().rerank(),
        CalibrationConfig.DYNAMIC);
  }

  /** Null if the time is over; what precisions cannot hold is no error of the whole. */
  private TrialResult run(TrialPrecision precision, double[] thresholds) throws IOException {
    QuantizationConfig config = config(precision);
    int ofField =
        limits.capCandidates(
            request.k(),
            Rescore.DEFAULT.candidates(config, plan.shape().dimension(), false, request.k()));
    int candidates =
        ofField == 0 ? 0 : candidates((long) shards * ofField, request.k(), k, sample.size());
    try (TrialIndex index =
        new TrialIndex(config, plan.shape().spaceType().similarity(), sample, stop)) {
      MeasuredValues ofCodes = new MeasuredValues();
      MeasuredValues rescored = new MeasuredValues();
      for (int q = 0; q < targets.size(); q++) {
        if (stop.isTimeOver()) {
          return null;
        }
        float[] target = targets.get(q);
        ofCodes.add(recall(target, index.nearestByCodes(target, k), thresholds[q]));
        if (candidates > 0) {
          rescored.add(recall(target, index.nearest(target, k, candidates), thresholds[q]));
        }
      }
      SegmentField quantization = index.quantization();
      double recall = candidates > 0 ? rescored.mean() : ofCodes.mean();
      return new TrialResult(
          new TrialResult.Codes(
              precision.precision().label(), precision.bits(), config.storedCopy().label()),
          new TrialResult.VectorBytes(
              quantization.codeBytes(), quantization.rerankBytes(), quantization.errorBytes()),
          ofCodes.mean(),
          ofField,
          recall,
          request.targetRecall() == null ? null : recall >= request.targetRecall());
    } catch (TrialIndex.TimeOver e) {
      return null;
    } catch (IllegalArgumentException e) {
      warnings.add(
          "precision ["
              + precision.precision().label()
              + "] could not be tried: "
              + e.getMessage());
      return null;
    }
  }

  private double recall(float[] target, int[] found, double threshold) {
    int hits = 0;
    for (int id : found) {
      hits += similarity().compare(target, sample.get(id)) >= threshold ? 1 : 0;
    }
    return (double) hits / k;
  }

  private VectorSimilarityFunction similarity() {
    return plan.shape().spaceType().similarity();
  }

  /** The score of each query's last neighbor in the sample; null if the time is over. */
  private double[] thresholds() {
    double[] thresholds = new double[targets.size()];
    for (int q = 0; q < thresholds.length; q++) {
      if (stop.isTimeOver()) {
        return null;
      }
      float[] target = targets.get(q);
      double kth =
          sample.stream()
              .mapToDouble(vector -> -similarity().compare(target, vector))
              .sorted()
              .limit(k)
              .max()
              .orElseThrow();
      thresholds[q] = -kth - TOLERANCE * Math.abs(kth);
    }
    return thresholds;
  }
}
