/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.sample;

import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.opensearch.action.support.broadcast.BroadcastResponse;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.xcontent.XContentBuilder;

/** Vectors of a field in random order, and the number of vectors that they were drawn from. */
public final class SampleResponse extends BroadcastResponse {

  private final int dimension;
  private final SpaceType spaceType;
  private final long liveVectors;
  private final List<Sampled> vectors;

  /** Live vectors of each shard that answered; not sent to others. */
  private final Map<ShardId, Long> counts;

  /**
   * @param dimension the number of dimensions; 0 if no shard answered
   * @param spaceType null if no shard answered
   */
  SampleResponse(
      int totalShards,
      List<DefaultShardOperationFailedException> failures,
      int dimension,
      SpaceType spaceType,
      Map<ShardId, Long> counts,
      List<Sampled> vectors) {
    super(totalShards, totalShards - failures.size(), failures.size(), failures);
    this.dimension = dimension;
    this.spaceType = spaceType;
    this.counts = counts;
    this.liveVectors = counts.values().stream().mapToLong(Long::longValue).sum();
    this.vectors = List.copyOf(vectors);
  }

  SampleResponse(StreamInput in) throws IOException {
    super(in);
    this.dimension = in.readVInt();
    this.spaceType = SpaceType.fromLabel(in.readString());
    this.liveVectors = in.readVLong();
    this.vectors = in.readList(Sampled::new);
    this.counts = Map.of();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeVInt(dimension);
    out.writeString(spaceType.label());
    out.writeVLong(liveVectors);
    out.writeList(vectors);
  }

  /** The number of dimensions. */
  public int dimension() {
    return dimension;
  }

  /** The field's space type. */
  public SpaceType spaceType() {
    return spaceType;
  }

  /** Lucene's similarity of the space type. */
  public VectorSimilarityFunction similarity() {
    return spaceType.similarity();
  }

  /** Live vectors of the shards that answered, from which the sample was drawn. */
  public long liveVectors() {
    return liveVectors;
  }

  /** The sample: all live vectors if there are no more than were asked for. */
  public List<Sampled> vectors() {
    return vectors;
  }

  Map<ShardId, Long> counts() {
    return counts;
  }

  @Override
  protected void addCustomXContentFields(XContentBuilder builder, Params params)
      throws IOException {
    builder
        .field("dimension", dimension)
        .field("space_type", spaceType.label())
        .field("live_vectors", liveVectors)
        .field("sampled", vectors.size());
  }
}
