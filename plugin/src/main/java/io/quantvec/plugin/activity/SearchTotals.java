/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.activity;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * What searches of a field did, summed since their shards started on their nodes.
 *
 * @param searches one for each shard that a query searched
 * @param visited vectors that walks through graphs scored
 * @param scored vectors whose codes were scored, those among them
 * @param reranked vectors whose rerank copy was scored
 * @param bytesRead bytes of codes, error terms and copies that all these have
 * @param nanos nanoseconds of the searches, without work before and after them
 */
public record SearchTotals(
    long searches, long visited, long scored, long reranked, long bytesRead, long nanos)
    implements Writeable {

  /** Nothing was searched. */
  public static final SearchTotals NONE = new SearchTotals(0, 0, 0, 0, 0, 0);

  /** Reads what {@link #writeTo} wrote. */
  public SearchTotals(StreamInput in) throws IOException {
    this(
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong(),
        in.readVLong());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVLong(searches);
    out.writeVLong(visited);
    out.writeVLong(scored);
    out.writeVLong(reranked);
    out.writeVLong(bytesRead);
    out.writeVLong(nanos);
  }

  /** The sum of this and another. */
  public SearchTotals plus(SearchTotals other) {
    return new SearchTotals(
        searches + other.searches,
        visited + other.visited,
        scored + other.scored,
        reranked + other.reranked,
        bytesRead + other.bytesRead,
        nanos + other.nanos);
  }
}
