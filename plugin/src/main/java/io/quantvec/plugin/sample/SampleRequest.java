/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import io.quantvec.plugin.broadcast.ShardsTask;
import java.io.IOException;
import java.util.Map;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ValidateActions;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.tasks.TaskId;

/** Asks for live vectors of one field, drawn uniformly from all shards of indexes. */
public final class SampleRequest extends BroadcastRequest<SampleRequest> {

  private final String field;
  private final int size;
  private final long seed;

  /** Vectors to take from each shard; null as long as they are not counted. Not sent to others. */
  private final Map<ShardId, Integer> quotas;

  /**
   * @param indices names, aliases, data streams or patterns; the filters of aliases are heeded
   * @param field a field of type {@code quantized_vector} in each of the indexes, also a nested one
   * @param size the most vectors to take, 0 to only count them; see {@link
   *     TransportSampleAction#MAX_BYTES}
   * @param seed the same seed gives the same sample as long as no segment changes
   */
  public SampleRequest(String[] indices, String field, int size, long seed) {
    this(indices, field, size, seed, null);
  }

  private SampleRequest(
      String[] indices, String field, int size, long seed, Map<ShardId, Integer> quotas) {
    super(indices);
    this.field = field;
    this.size = size;
    this.seed = seed;
    this.quotas = quotas;
  }

  public SampleRequest(StreamInput in) throws IOException {
    super(in);
    this.field = in.readString();
    this.size = in.readVInt();
    this.seed = in.readLong();
    this.quotas = null;
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeString(field);
    out.writeVInt(size);
    out.writeLong(seed);
  }

  @Override
  public ActionRequestValidationException validate() {
    ActionRequestValidationException problems = null;
    if (!Strings.hasText(field)) {
      problems = ValidateActions.addValidationError("[field] is missing", problems);
    }
    if (size < 0) {
      problems =
          ValidateActions.addValidationError("[size] must be at least 0, got " + size, problems);
    }
    return problems;
  }

  @Override
  public ShardsTask createTask(
      long id, String type, String action, TaskId parentTaskId, Map<String, String> headers) {
    return new ShardsTask(id, type, action, getDescription(), parentTaskId, headers);
  }

  @Override
  public String getDescription() {
    return "sample of up to "
        + size
        + " vectors of field ["
        + field
        + "] of ["
        + String.join(",", indices)
        + "]";
  }

  /** The field. */
  public String field() {
    return field;
  }

  /** The most vectors to take. */
  public int size() {
    return size;
  }

  /** The seed of the random choice. */
  public long seed() {
    return seed;
  }

  /** This request with the number of vectors that each shard gives. */
  SampleRequest withQuotas(Map<ShardId, Integer> known) {
    SampleRequest request = new SampleRequest(indices, field, size, seed, Map.copyOf(known));
    request.indicesOptions(indicesOptions());
    request.setParentTask(getParentTask());
    return request;
  }

  /** Whether a shard has vectors to give, or to count. */
  boolean asks(ShardId shard) {
    return quotas == null || quotas.containsKey(shard);
  }

  /** Vectors to take from a shard; 0 to only count them. */
  int quota(ShardId shard) {
    return quotas == null ? 0 : quotas.get(shard);
  }
}
