/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import io.quantvec.plugin.wire.JsonNumbers;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What searches with one setting found and cost. Without queries all measured numbers are NaN.
 *
 * @param search how a setting searches
 * @param measuredRecall the recall of a setting, 0 to 1, over all queries
 * @param latency of the slowest shard's search
 * @param work vectors that a query scores, means over the queries of the sums over all shards
 */
public record SettingResult(
    Search search, MeasuredRecall measuredRecall, Latency latency, Work work)
    implements Writeable, ToXContentObject {
  /**
   * How a setting searches.
   *
   * @param efSearch candidates that a graph search of a shard keeps, rescored ones not counted
   * @param candidates vectors of a shard that are rescored at most; 0 for no rescoring
   * @param oversampleFactor candidates for each of the k hits; 0 for no rescoring
   * @param isDefault whether a query without effort parameters uses this setting
   */
  public record Search(int efSearch, int candidates, double oversampleFactor, boolean isDefault) {}

  /**
   * The recall of a setting, 0 to 1, over all queries.
   *
   * @param recall share of the k nearest that is found, mean over queries, 0 to 1
   * @param standardError of the recall; NaN of fewer than two queries
   * @param recallFrom the least that the recall of many such queries is likely to be, at 95 %
   * @param recallTo the most
   * @param ceiling the recall if the graph missed nothing
   */
  public record MeasuredRecall(
      double recall, double standardError, double recallFrom, double recallTo, double ceiling) {}

  /**
   * Vectors that a query scores, means over the queries of the sums over all shards.
   *
   * @param visited vectors whose codes a traversal of the graph scored, mean of all shards' sums
   * @param scanned vectors whose codes were scored by a scan
   * @param reranked vectors that were scored by their rerank copy
   */
  public record Work(double visited, double scanned, double reranked) {}

  static SettingResult readFrom(StreamInput in) throws IOException {
    return new SettingResult(
        new Search(in.readVInt(), in.readVInt(), in.readDouble(), in.readBoolean()),
        new MeasuredRecall(
            in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()),
        Latency.readFrom(in),
        new Work(in.readDouble(), in.readDouble(), in.readDouble()));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVInt(search.efSearch());
    out.writeVInt(search.candidates());
    out.writeDouble(search.oversampleFactor());
    out.writeBoolean(search.isDefault());
    out.writeDouble(measuredRecall.recall());
    out.writeDouble(measuredRecall.standardError());
    out.writeDouble(measuredRecall.recallFrom());
    out.writeDouble(measuredRecall.recallTo());
    out.writeDouble(measuredRecall.ceiling());
    latency.writeTo(out);
    out.writeDouble(work.visited());
    out.writeDouble(work.scanned());
    out.writeDouble(work.reranked());
  }

  /** Recall that the graph costs: what a scan of the codes finds and the search does not. */
  public double graphLoss() {
    return measuredRecall.ceiling() - measuredRecall.recall();
  }

  /** All vectors that are scored, by codes or by rerank copies. */
  public double scored() {
    return work.visited() + work.scanned() + work.reranked();
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field("ef_search", search.efSearch());
    builder.field("rescore", search.candidates() > 0);
    if (search.candidates() > 0) {
      builder.field("oversample_factor", search.oversampleFactor());
      builder.field("candidates", search.candidates());
    }
    builder.field("is_default", search.isDefault());
    JsonNumbers.shareOrNull(builder, "recall", measuredRecall.recall());
    JsonNumbers.shareOrNull(builder, "recall_standard_error", measuredRecall.standardError());
    builder.startObject("recall_interval");
    JsonNumbers.shareOrNull(builder, "from", measuredRecall.recallFrom());
    JsonNumbers.shareOrNull(builder, "to", measuredRecall.recallTo());
    builder.endObject();
    JsonNumbers.shareOrNull(builder, "recall_ceiling", measuredRecall.ceiling());
    JsonNumbers.shareOrNull(builder, "graph_loss", graphLoss());
    builder.field("latency_in_millis", latency);
    JsonNumbers.numberOrNull(builder, "vectors_visited", work.visited());
    JsonNumbers.numberOrNull(builder, "vectors_scanned", work.scanned());
    JsonNumbers.numberOrNull(builder, "vectors_reranked", work.reranked());
    return builder.endObject();
  }
}
