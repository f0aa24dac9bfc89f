/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.broadcast.BroadcastShardResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;

/** The answer of one shard in one round. */
public final class ShardEvaluateResponse extends BroadcastShardResponse {

  private final ShardPlan plan;
  private final List<QueryOutcome> outcomes;

  /**
   * @param plan null if it was not asked for
   * @param outcomes one for each query; none if the time was over before all were done
   */
  public ShardEvaluateResponse(ShardId shard, ShardPlan plan, List<QueryOutcome> outcomes) {
    super(shard);
    this.plan = plan;
    this.outcomes = outcomes;
  }

  public ShardEvaluateResponse(StreamInput in) throws IOException {
    super(in);
    this.plan = in.readOptionalWriteable(ShardPlan::readFrom);
    this.outcomes = in.readList(QueryOutcome::readFrom);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeOptionalWriteable(plan);
    out.writeCollection(outcomes);
  }

  public ShardPlan plan() {
    return plan;
  }

  public List<QueryOutcome> outcomes() {
    return outcomes;
  }
}
