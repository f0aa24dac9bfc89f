/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.shard.ShardPlan;
import java.util.List;

/** What the plans of all shards say together. */
final class ShardPlans {

  private ShardPlans() {}

  /**
   * One plan for all shards, with the largest costs of any.
   *
   * @param plans one for each shard, at least one
   * @param indices the names in the request, for the error message
   * @throws IllegalArgumentException if the shards' fields differ in a way that gives one setting
   *     two meanings
   */
  static ShardPlan together(List<ShardPlan> plans, String[] indices) {
    ShardPlan first = plans.getFirst();
    for (ShardPlan other : plans) {
      if (other.shape().dimension() != first.shape().dimension()
          || other.shape().spaceType() != first.shape().spaceType()
          || !other.shape().field().equals(first.shape().field())
          || !other.hasEffortsOf(first)) {
        throw new IllegalArgumentException(
            "the indexes ["
                + String.join(",", indices)
                + "] must have the same field, with one dimension, space type, precision and"
                + " rerank, got ["
                + describe(first)
                + "] and ["
                + describe(other)
                + "]; evaluate them one by one");
      }
    }
    return first.withMostOf(plans);
  }

  private static String describe(ShardPlan plan) {
    return plan.shape().field()
        + " of dimension "
        + plan.shape().dimension()
        + " with "
        + plan.shape().spaceType().label()
        + ", precision "
        + plan.encoding().precision()
        + " and rerank "
        + plan.encoding().rerank().label();
  }

  /** Live vectors of all shards. */
  static long vectors(List<ShardPlan> plans) {
    return plans.stream().mapToLong(plan -> plan.size().vectors()).sum();
  }

  /** Segments of all shards whose vectors have drifted from their calibration. */
  static ShardPlan.Drift drift(List<ShardPlan> plans) {
    return plans.stream().map(ShardPlan::drift).reduce(ShardPlan.Drift.NONE, ShardPlan.Drift::plus);
  }
}
