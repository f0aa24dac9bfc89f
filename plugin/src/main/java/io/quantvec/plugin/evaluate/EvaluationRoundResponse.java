/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.shard.ShardEvaluateResponse;
import java.util.List;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;

/** The answers of all shards in one round. Never sent to another node. */
final class EvaluationRoundResponse extends EvaluateResponse {

  private final List<ShardEvaluateResponse> shards;

  /**
   * @param total shards that were asked
   * @param failures one for each that failed
   * @param shards what the others said
   */
  EvaluationRoundResponse(
      int total,
      List<DefaultShardOperationFailedException> failures,
      List<ShardEvaluateResponse> shards) {
    super(total, failures, null);
    this.shards = shards;
  }

  List<ShardEvaluateResponse> shards() {
    return shards;
  }
}
