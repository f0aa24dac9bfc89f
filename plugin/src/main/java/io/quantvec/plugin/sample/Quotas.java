/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.opensearch.core.index.shard.ShardId;

/** How many vectors of a sample come from each shard. */
final class Quotas {

  private Quotas() {}

  /**
   * Draws shards without replacement, as often as a uniform draw from all vectors would hit them:
   * rounding shares would never take one from a shard that has few.
   *
   * @param counts vectors of each shard
   * @param size vectors to take, at most as many as there are
   * @return of the shards that give any, 1 or more
   */
  static Map<ShardId, Integer> of(Map<ShardId, Long> counts, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<ShardId, Integer> quotas = new HashMap<>();
    Map<ShardId, Long> left = new TreeMap<>(counts);
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    for (int i = 0; i < size; i++) {
      long hit = random.nextLong(total - i);
      for (Map.Entry<ShardId, Long> shard : left.entrySet()) {
        hit -= shard.getValue();
        if (hit < 0) {
          shard.setValue(shard.getValue() - 1);
          quotas.merge(shard.getKey(), 1, Integer::sum);
          break;
        }
      }
    }
    return quotas;
  }
}
