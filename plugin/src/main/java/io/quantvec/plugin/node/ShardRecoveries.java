/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.node;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.opensearch.core.index.Index;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.index.shard.IndexEventListener;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.index.shard.IndexShardState;

/**
 * Knows which shards of the node are recovering. Their documents were acknowledged before, and a
 * mapper that refused one would lose it: the platform passes over operations of the translog that
 * are bad requests.
 */
public final class ShardRecoveries implements IndexEventListener {

  private final Set<ShardId> recovering = ConcurrentHashMap.newKeySet();

  /** Of a node without shards. */
  public ShardRecoveries() {}

  @Override
  public void indexShardStateChanged(
      IndexShard shard, IndexShardState previous, IndexShardState current, String reason) {
    if (current == IndexShardState.RECOVERING) {
      recovering.add(shard.shardId());
    } else {
      recovering.remove(shard.shardId());
    }
  }

  /** Whether a shard of the index is recovering on this node. */
  public boolean isRecovering(Index index) {
    return recovering.stream().anyMatch(shard -> shard.getIndex().equals(index));
  }
}
