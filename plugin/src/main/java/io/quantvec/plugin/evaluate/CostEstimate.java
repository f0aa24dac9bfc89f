/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.codec.calibration.Calibrator;
import io.quantvec.plugin.evaluate.shard.ShardPlan;
import io.quantvec.plugin.search.SearchEffort;
import java.util.List;
import java.util.Locale;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.unit.ByteSizeValue;

/**
 * What an evaluation would take, before anything is searched. Times are those of vectors in memory
 * on a processor of some years' age; of vectors on disk they are too low.
 *
 * @param exactSeconds of exact scans, which read the rerank copies, of all queries
 * @param codeSeconds for scans of codes
 * @param searchSeconds for searches
 * @param trialSeconds for other precisions
 * @param bytes on the heap of the node that coordinates
 */
record CostEstimate(
    double exactSeconds,
    double codeSeconds,
    double searchSeconds,
    double trialSeconds,
    long bytes) {

  /** For each vector that is scored, beside what its bytes take. */
  private static final double SCORE_SECONDS = 20e-9;

  private static final double CODE_BYTE_SECONDS = .4e-9;
  private static final double COPY_BYTE_SECONDS = .2e-9;

  /** For a vector that a traversal of a graph meets: it lies anywhere. */
  private static final double VISIT_SECONDS = 250e-9;

  /** Vectors that a walk scores for each candidate that it keeps. */
  private static final double VISITS_A_CANDIDATE = 25;

  /** For each multiplication of a matrix. */
  private static final double PRODUCT_SECONDS = .7e-9;

  /** Multiplications of an eigendecomposition, divided by the dimension's third power. */
  private static final double EIGEN_PRODUCTS = 12;

  /** What a component takes without a transform, in multiplications. */
  private static final double ENCODING_PRODUCTS = 30;

  /** Of its codes, once to score and once to rescore. */
  private static final double SCANS_OF_TRIAL = 2;

  /** Vectors as they came, in the writer's buffer, and in the index in memory. */
  private static final int COPIES_OF_SAMPLE = 4;

  /** Of a shard's answer for one query and setting: arrays and objects without their numbers. */
  private static final int FOUND_BYTES = 128;

  /**
   * Estimates.
   *
   * @param plans of all shards
   * @param nodes that search shards at the same time
   * @param efforts the grid
   * @param rescores different ways of rescoring in the grid
   * @param queries how many there are
   * @param trials precisions to try
   * @param sample vectors to try them on
   * @param slice queries that are searched in one round
   */
  static CostEstimate of(
      List<ShardPlan> plans,
      int nodes,
      List<SearchEffort> efforts,
      int rescores,
      int queries,
      int trials,
      int sample,
      int slice) {
    double exact = 0;
    double codes = 0;
    double searches = 0;
    for (ShardPlan plan : plans) {
      double ofCopy = SCORE_SECONDS + plan.size().copyBytes() * COPY_BYTE_SECONDS;
      double ofCode = SCORE_SECONDS + plan.size().codeBytes() * CODE_BYTE_SECONDS;
      exact += plan.size().scanned() * ofCopy;
      codes += plan.size().scanned() * ofCode * rescores;
      for (SearchEffort effort : efforts) {
        double visits = VISITS_A_CANDIDATE * Math.max(effort.ef(), effort.rescored());
        searches +=
            plan.graph()
                ? Math.min(visits, plan.size().scanned()) * VISIT_SECONDS
                : plan.size().scanned() * ofCode;
        searches += effort.rescored() * (VISIT_SECONDS + ofCopy);
      }
    }
    double times = (double) queries / Math.max(1, nodes);
    int dimension = plans.getFirst().shape().dimension();
    double square = (double) dimension * dimension;
    boolean transforms = Calibrator.canLearn(dimension, sample);
    double ofVector = transforms ? square : ENCODING_PRODUCTS * dimension;
    double trial =
        trials
            * (PRODUCT_SECONDS
                    * (sample * ofVector + (transforms ? EIGEN_PRODUCTS * square * dimension : 0))
                + (double) queries
                    * sample
                    * (SCANS_OF_TRIAL * SCORE_SECONDS + PRODUCT_SECONDS * dimension));
    long vectorBytes = (long) Float.BYTES * dimension + FOUND_BYTES;
    long answers =
        (long) slice
            * plans.size()
            * (efforts.size() + rescores + 1)
            * (FOUND_BYTES + 2L * Float.BYTES * efforts.getFirst().k());
    return new CostEstimate(
        exact * times,
        codes * times,
        searches * times,
        trial,
        queries * vectorBytes
            + answers
            + (trials == 0 ? 0 : COPIES_OF_SAMPLE * sample * vectorBytes));
  }

  double seconds() {
    return exactSeconds + codeSeconds + searchSeconds + trialSeconds;
  }

  /** What takes how long, for a person. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "about [%.3gs]: [%.3gs] for exact scans, [%.3gs] for scans of codes, [%.3gs] for searches"
            + " and [%.3gs] for other precisions, and [%s] of memory",
        seconds(),
        exactSeconds,
        codeSeconds,
        searchSeconds,
        trialSeconds,
        new ByteSizeValue(bytes));
  }

  /** The refusal of an evaluation that would take longer than its timeout. */
  IllegalArgumentException tooMuch(int queries, String field, long vectors, TimeValue timeout) {
    return new IllegalArgumentException(
        "evaluating ["
            + queries
            + "] queries in field ["
            + field
            + "] of ["
            + vectors
            + "] vectors would take "
            + describe()
            + ", more than the [timeout] of ["
            + timeout
            + "]; ask for fewer queries, settings or precisions, a smaller [sample_size], or a"
            + " longer [timeout]");
  }
}
