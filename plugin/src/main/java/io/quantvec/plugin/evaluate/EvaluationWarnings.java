/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.evaluate.shard.ShardPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Warnings that help to read the numbers of an evaluation. */
final class EvaluationWarnings {

  /** The recall of fewer queries is a rough guess. */
  private static final int FEW_QUERIES = 30;

  private EvaluationWarnings() {}

  /**
   * Those that are known before anything is searched.
   *
   * @param plan of one of the shards
   * @param vectors live vectors of all shards
   * @param queries how many there will be
   * @param drift of the segments of all shards
   */
  static List<String> of(
      ShardPlan plan, long vectors, int queries, EvaluateRequest request, ShardPlan.Drift drift) {
    List<String> warnings = new ArrayList<>();
    if (vectors == 0) {
      warnings.add("field [" + plan.shape().field() + "] has no vectors, so nothing was measured");
    } else if (queries < FEW_QUERIES) {
      warnings.add(
          "the recall of ["
              + queries
              + "] queries is a rough guess; give or sample at least ["
              + FEW_QUERIES
              + "]");
    }
    if (vectors > 0 && request.queries().isEmpty()) {
      warnings.add(
          "queries were sampled from documents, which may be easier to answer than what users"
              + " ask for; give some real [queries] where they differ");
    }
    if (plan.encoding().bestCopy() == RerankPrecision.NONE) {
      warnings.add(
          "field ["
              + plan.shape().field()
              + "] has no rerank copy, so the true neighbors are computed from the codes; what the"
              + " codes lose of the indexed vectors cannot be measured");
    } else if (plan.encoding().bestCopy() != RerankPrecision.FP32) {
      warnings.add(
          "the rerank copy of field ["
              + plan.shape().field()
              + "] is ["
              + plan.encoding().bestCopy().label()
              + "], so the true neighbors are computed from this copy");
    }
    if (vectors > 0 && !plan.graph() && !request.efSearch().isEmpty()) {
      warnings.add(
          "field ["
              + plan.shape().field()
              + "] has no graph, because its method is [flat] or all segments have fewer vectors"
              + " than [approximate_threshold], so [ef_search] changes nothing");
    }
    if (drift.segments() > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "[%d] segments of field [%s] have vectors unlike those that their calibration was"
                  + " learned from: their squared error is up to [%.2f] times the expected one;"
                  + " learn a new static calibration, or with a dynamic one force a merge",
              drift.segments(),
              plan.shape().field(),
              drift.ratio()));
    }
    return warnings;
  }
}
