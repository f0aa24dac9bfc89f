/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.plugin.search.SearchWork;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * What one shard found for one query. The scores of documents suffice, so that no ids are sent.
 *
 * @param neighbors scores of the true neighbors by their rerank copies, the best first, at most k
 * @param estimates scores of the true neighbors by their codes
 * @param exactNanos nanoseconds of the scan that found them
 * @param searches what searches found, one for each setting
 * @param ceilings what scans of the codes found, one for each way of rescoring
 */
public record QueryOutcome(
    float[] neighbors,
    float[] estimates,
    long exactNanos,
    List<Found> searches,
    List<Found> ceilings)
    implements Writeable {

  /**
   * Hits of one search.
   *
   * @param scores as a search gives them to be merged with other shards', the best first, at most k
   * @param exact scores of the hits by their rerank copies
   * @param nanos nanoseconds of the search
   * @param work what it did
   */
  public record Found(float[] scores, float[] exact, long nanos, SearchWork work)
      implements Writeable {

    static Found readFrom(StreamInput in) throws IOException {
      return new Found(
          in.readFloatArray(),
          in.readFloatArray(),
          in.readVLong(),
          new SearchWork(in.readVLong(), in.readVLong(), in.readVLong()));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
      out.writeFloatArray(scores);
      out.writeFloatArray(exact);
      out.writeVLong(nanos);
      out.writeVLong(work.visited());
      out.writeVLong(work.scanned());
      out.writeVLong(work.reranked());
    }
  }

  /** About what a shard holds to answer a request. */
  public static long bytes(ShardEvaluateRequest request) {
    // An object, two arrays with their headers, and two floats a hit.
    long found = 128 + 2L * Float.BYTES * request.k();
    // Rescoring comes in fewer ways than there are settings; and there are the neighbors.
    return request.queries().size() * (2L * request.settings().size() + 1) * found;
  }

  static QueryOutcome readFrom(StreamInput in) throws IOException {
    return new QueryOutcome(
        in.readFloatArray(),
        in.readFloatArray(),
        in.readVLong(),
        in.readList(Found::readFrom),
        in.readList(Found::readFrom));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeFloatArray(neighbors);
    out.writeFloatArray(estimates);
    out.writeVLong(exactNanos);
    out.writeCollection(searches);
    out.writeCollection(ceilings);
  }
}
