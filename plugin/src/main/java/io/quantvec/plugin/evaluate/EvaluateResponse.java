/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.result.Evaluation;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.broadcast.BroadcastResponse;
import org.opensearch.common.xcontent.StatusToXContentObject;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;

/** What searches in one field find and cost. Shards that failed are left out of all numbers. */
public class EvaluateResponse extends BroadcastResponse implements StatusToXContentObject {

  private final Evaluation evaluation;

  /**
   * @param total shards that there are
   * @param failures one for each shard that failed
   * @param evaluation what was measured on the others
   */
  EvaluateResponse(
      int total, List<DefaultShardOperationFailedException> failures, Evaluation evaluation) {
    super(total, total - failures.size(), failures.size(), failures);
    this.evaluation = evaluation;
  }

  /** Reads what {@link #writeTo} wrote. */
  public EvaluateResponse(StreamInput in) throws IOException {
    super(in);
    this.evaluation = Evaluation.readFrom(in);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    evaluation.writeTo(out);
  }

  /** What was measured. */
  public Evaluation evaluation() {
    return evaluation;
  }

  /** A part of the shards is an answer, too; without any there is none. */
  @Override
  public RestStatus status() {
    return getSuccessfulShards() > 0 || getTotalShards() == 0 ? RestStatus.OK : getStatus();
  }

  @Override
  protected void addCustomXContentFields(XContentBuilder builder, Params params)
      throws IOException {
    evaluation.toXContent(builder, params);
  }
}
