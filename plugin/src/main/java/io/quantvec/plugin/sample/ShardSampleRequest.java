/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import io.quantvec.plugin.broadcast.ShardsTask;
import java.io.IOException;
import java.util.Map;
import org.opensearch.action.support.broadcast.BroadcastShardRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.search.internal.AliasFilter;

/** Asks one shard to count a field's live vectors, and to give some of them. */
final class ShardSampleRequest extends BroadcastShardRequest {

  private final AliasFilter filter;
  private final String field;
  private final int quota;
  private final long seed;

  /**
   * @param filter of the aliases that the request names; vectors of other documents do not count
   */
  ShardSampleRequest(ShardId shard, AliasFilter filter, SampleRequest request) {
    super(shard, request);
    this.filter = filter;
    this.field = request.field();
    this.quota = request.quota(shard);
    this.seed = request.seed();
  }

  ShardSampleRequest(StreamInput in) throws IOException {
    super(in);
    this.filter = new AliasFilter(in);
    this.field = in.readString();
    this.quota = in.readVInt();
    this.seed = in.readLong();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    filter.writeTo(out);
    out.writeString(field);
    out.writeVInt(quota);
    out.writeLong(seed);
  }

  @Override
  public ShardsTask createTask(
      long id, String type, String action, TaskId parentTaskId, Map<String, String> headers) {
    return new ShardsTask(id, type, action, getDescription(), parentTaskId, headers);
  }

  AliasFilter filter() {
    return filter;
  }

  String field() {
    return field;
  }

  /** Vectors to take. */
  int quota() {
    return quota;
  }

  /**
   * The seed of the random choice, which differs between shards, so that shards of equal content
   * choose differently.
   */
  long seed() {
    return seed * 31 + shardId().getIndexName().hashCode() * 31L + shardId().id();
  }
}
