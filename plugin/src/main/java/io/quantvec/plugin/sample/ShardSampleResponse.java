/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.support.broadcast.BroadcastShardResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;

/** The number of live vectors of one shard, and its part of the sample. */
final class ShardSampleResponse extends BroadcastShardResponse {

  private final int dimension;
  private final SpaceType spaceType;
  private final long liveVectors;
  private final List<Sampled> vectors;

  ShardSampleResponse(
      ShardId shard, int dimension, SpaceType spaceType, long liveVectors, List<Sampled> vectors) {
    super(shard);
    this.dimension = dimension;
    this.spaceType = spaceType;
    this.liveVectors = liveVectors;
    this.vectors = vectors;
  }

  ShardSampleResponse(StreamInput in) throws IOException {
    super(in);
    this.dimension = in.readVInt();
    this.spaceType = SpaceType.fromLabel(in.readString());
    this.liveVectors = in.readVLong();
    this.vectors = in.readList(Sampled::new);
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeVInt(dimension);
    out.writeString(spaceType.label());
    out.writeVLong(liveVectors);
    out.writeList(vectors);
  }

  int dimension() {
    return dimension;
  }

  SpaceType spaceType() {
    return spaceType;
  }

  long liveVectors() {
    return liveVectors;
  }

  List<Sampled> vectors() {
    return vectors;
  }
}
