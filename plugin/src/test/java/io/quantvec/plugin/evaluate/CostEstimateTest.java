/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.evaluate.shard.ShardPlan;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.vector.SpaceType;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostEstimateTest {

  private static final SearchEffort EFFORT = new SearchEffort(10, 100, 100);

  private static double trialSeconds(int dimension, int sample) {
    ShardPlan plan =
        new ShardPlan(
            new ShardPlan.Shape("v", dimension, SpaceType.L2),
            new ShardPlan.Encoding(
                false, false, "int4", Allocation.MIXED, RerankPrecision.FP32, RerankPrecision.FP32),
            new ShardPlan.Size(sample, sample, dimension / 2, 4 * dimension),
            true,
            EFFORT,
            List.of(EFFORT),
            ShardPlan.Drift.NONE);
    return CostEstimate.of(List.of(plan), 1, List.of(EFFORT), 1, 5, 6, sample, 5).trialSeconds();
  }

  /** Of six precisions: seconds for those that learn one, a fraction for those that cannot. */
  @Test
  void transformsCountWhereTheyAreLearned() {
    assertTrue(trialSeconds(1_536, 395) < 1);
    assertTrue(trialSeconds(4_096, 10_000) < 60);
    assertTrue(trialSeconds(1_536, 5_000) > 60);
    assertEquals(0, trialSeconds(1_536, 0), 1e-9);
  }
}
