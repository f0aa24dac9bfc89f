/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.opensearch.action.support.broadcast.BroadcastResponse;
import org.opensearch.cluster.routing.ShardRouting;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;

/** The stats of the copies of all shards that were asked for. */
public final class StatsResponse extends BroadcastResponse {

  private final StatsRequest.Level level;
  private final List<ShardStats> shards;

  StatsResponse(
      int total,
      int successful,
      int failed,
      List<DefaultShardOperationFailedException> failures,
      StatsRequest.Level level,
      List<ShardStats> shards) {
    super(total, successful, failed, failures);
    this.level = level;
    this.shards = List.copyOf(shards);
  }

  /** Reads what {@link #writeTo} wrote. */
  public StatsResponse(StreamInput in) throws IOException {
    super(in);
    level = WireNumbers.read(in, StatsRequest.Level.class);
    shards = in.readList(ShardStats::new);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    WireNumbers.write(out, level);
    out.writeList(shards);
  }

  /** One for each copy of a shard. */
  public List<ShardStats> shards() {
    return shards;
  }

  /** Those of an index, by field. */
  public Map<String, FieldStats> fields(String index, boolean primariesOnly) {
    return fields(
        shard -> shard.getIndexName().equals(index) && (shard.primary() || !primariesOnly));
  }

  private Map<String, FieldStats> fields(Predicate<ShardRouting> condition) {
    Map<String, FieldStats> fields = new TreeMap<>();
    for (ShardStats shard : shards) {
      if (condition.test(shard.routing())) {
        shard
            .fields()
            .forEach(
                (name, stats) -> fields.computeIfAbsent(name, n -> new FieldStats()).add(stats));
      }
    }
    return fields;
  }

  /** All calibrations in use, by id. */
  public Map<String, CalibrationInfo> calibrations() {
    Map<String, CalibrationInfo> all = new TreeMap<>();
    shards.forEach(shard -> all.putAll(shard.calibrations()));
    return all;
  }

  @Override
  protected void addCustomXContentFields(XContentBuilder builder, Params params)
      throws IOException {
    builder.startObject("calibrations");
    for (Map.Entry<String, CalibrationInfo> entry : calibrations().entrySet()) {
      builder.field(entry.getKey(), entry.getValue());
    }
    builder.endObject();
    Map<String, List<ShardStats>> byIndex = new TreeMap<>();
    for (ShardStats shard : shards) {
      byIndex.computeIfAbsent(shard.routing().getIndexName(), name -> new ArrayList<>()).add(shard);
    }
    builder.startObject("indices");
    for (Map.Entry<String, List<ShardStats>> entry : byIndex.entrySet()) {
      String index = entry.getKey();
      builder.startObject(index).startObject("fields");
      Map<String, FieldStats> primaries = fields(index, true);
      for (Map.Entry<String, FieldStats> field : fields(index, false).entrySet()) {
        builder.startObject(field.getKey());
        object(
            builder, params, "primaries", primaries.getOrDefault(field.getKey(), new FieldStats()));
        object(builder, params, "total", field.getValue());
        builder.endObject();
      }
      builder.endObject();
      if (level != StatsRequest.Level.FIELDS) {
        shards(builder, params, entry.getValue());
      }
      builder.endObject();
    }
    builder.endObject();
  }

  private static void object(XContentBuilder builder, Params params, String name, FieldStats stats)
      throws IOException {
    builder.startObject(name);
    stats.toXContent(builder, params);
    builder.endObject();
  }

  private void shards(XContentBuilder builder, Params params, List<ShardStats> ofIndex)
      throws IOException {
    Map<Integer, List<ShardStats>> byNumber = new TreeMap<>();
    for (ShardStats shard : ofIndex) {
      byNumber.computeIfAbsent(shard.routing().id(), id -> new ArrayList<>()).add(shard);
    }
    builder.startObject("shards");
    for (Map.Entry<Integer, List<ShardStats>> entry : byNumber.entrySet()) {
      builder.startArray(Integer.toString(entry.getKey()));
      for (ShardStats shard : entry.getValue()) {
        builder
            .startObject()
            .startObject("routing")
            .field("state", shard.routing().state())
            .field("primary", shard.routing().primary())
            .field("node", shard.routing().currentNodeId())
            .endObject()
            .startObject("fields");
        for (Map.Entry<String, FieldStats> field : shard.fields().entrySet()) {
          builder.startObject(field.getKey());
          field.getValue().toXContent(builder, params);
          if (level == StatsRequest.Level.SEGMENTS) {
            segments(builder, shard.segments().getOrDefault(field.getKey(), List.of()));
          }
          builder.endObject();
        }
        builder.endObject().endObject();
      }
      builder.endArray();
    }
    builder.endObject();
  }

  /** Under {@code by_segment}, as {@code segments} is their number. */
  private static void segments(XContentBuilder builder, List<SegmentStats> segments)
      throws IOException {
    Map<String, SegmentStats> byName = new LinkedHashMap<>();
    segments.forEach(segment -> byName.put(segment.identity().segment(), segment));
    builder.startObject("by_segment");
    for (Map.Entry<String, SegmentStats> entry : byName.entrySet()) {
      builder.field(entry.getKey(), entry.getValue());
    }
    builder.endObject();
  }
}
