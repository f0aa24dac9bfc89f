/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import io.quantvec.codec.segment.SegmentField;
import io.quantvec.codec.write.VectorsWriteListener;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.lucene.store.Directory;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.shard.IndexEventListener;
import org.opensearch.index.shard.IndexShard;

/**
 * Counts searches, flushes and merges of this node's shards, from the start of a shard until it
 * leaves the node. Logs learned calibrations and re-encoding, and warns of fields that drift.
 */
public final class VectorActivity implements IndexEventListener {

  private static final Logger LOGGER = LogManager.getLogger(VectorActivity.class);

  private record ShardField(ShardId shard, String field) {}

  private final Map<ShardField, SearchCounter> searches = new ConcurrentHashMap<>();

  /** By what a codec knows of its shard; guarded by itself. */
  private final Map<Directory, Map<String, WriteTotals>> writes = new WeakHashMap<>();

  private final DriftWarnings warnings = new DriftWarnings(LOGGER::warn);
  private final WriteMessages messages = new WriteMessages(LOGGER::info);

  /** Counts nothing yet. */
  public VectorActivity() {}

  /** The counter of a field's searches in a shard of this node. */
  public SearchCounter searches(ShardId shard, String field) {
    return searches.computeIfAbsent(new ShardField(shard, field), key -> new SearchCounter());
  }

  /** What searches of a field did so far. */
  public SearchTotals searchTotals(ShardId shard, String field) {
    SearchCounter counter = searches.get(new ShardField(shard, field));
    return counter == null ? SearchTotals.NONE : counter.totals();
  }

  /**
   * What flushes and merges of a shard's fields wrote so far.
   *
   * @param directory the shard's
   */
  public WriteTotals writeTotals(Directory directory, String field) {
    synchronized (writes) {
      return writes.getOrDefault(directory, Map.of()).getOrDefault(field, WriteTotals.NONE);
    }
  }

  /** Counts and logs what is written to an index. */
  public VectorsWriteListener writes(String index) {
    return (directory, field, written, merge) -> {
      count(directory, field, written, merge);
      messages.consider(index, field, written, merge);
      warnings.consider(index, field, written);
    };
  }

  private void count(Directory directory, String field, SegmentField written, boolean merge) {
    synchronized (writes) {
      writes
          .computeIfAbsent(directory, key -> new HashMap<>())
          .merge(field, WriteTotals.of(written, merge), WriteTotals::plus);
    }
  }

  @Override
  public void afterIndexShardClosed(ShardId shard, IndexShard closed, Settings settings) {
    searches.keySet().removeIf(key -> key.shard.equals(shard));
  }
}
