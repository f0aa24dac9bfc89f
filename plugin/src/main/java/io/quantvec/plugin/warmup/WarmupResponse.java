/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.warmup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.support.broadcast.BroadcastResponse;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;

/** What was read, per copy of a shard. */
public final class WarmupResponse extends BroadcastResponse {

  private final List<ShardWarmup> shards;

  WarmupResponse(
      int total,
      int successful,
      int failed,
      List<DefaultShardOperationFailedException> failures,
      List<ShardWarmup> shards) {
    super(total, successful, failed, failures);
    this.shards = List.copyOf(shards);
  }

  /** Reads what {@link #writeTo} wrote. */
  public WarmupResponse(StreamInput in) throws IOException {
    super(in);
    shards = in.readList(ShardWarmup::new);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeList(shards);
  }

  /** One for each copy of a shard. */
  public List<ShardWarmup> shards() {
    return shards;
  }

  @Override
  protected void addCustomXContentFields(XContentBuilder builder, Params params)
      throws IOException {
    Map<String, List<ShardWarmup>> byIndex = new TreeMap<>();
    for (ShardWarmup shard : shards) {
      byIndex.computeIfAbsent(shard.routing().getIndexName(), key -> new ArrayList<>()).add(shard);
    }
    builder.startObject("indices");
    for (Map.Entry<String, List<ShardWarmup>> entry : byIndex.entrySet()) {
      builder.startObject(entry.getKey()).startArray("shards");
      for (ShardWarmup shard : entry.getValue()) {
        builder
            .startObject()
            .field("shard", shard.routing().id())
            .field("primary", shard.routing().primary())
            .field("node", shard.routing().currentNodeId())
            .field("bytes", shard.codes() + shard.graph())
            .field("code_bytes", shard.codes())
            .field("graph_bytes", shard.graph())
            .humanReadableField("took_in_millis", "took", new TimeValue(shard.nanos() / 1_000_000))
            .endObject();
      }
      builder.endArray().endObject();
    }
    builder.endObject();
  }
}
