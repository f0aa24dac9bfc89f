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

  /** Candidates that a graph search of a shard keeps, rescored ones not counted. */
  public int efSearch() {
    return search.efSearch();
  }

  /** Vectors of a shard that are rescored at most; 0 for no rescoring. */
  public int candidates() {
    return search.candidates();
  }

  /** Candidates for each of the k hits; 0 for no rescoring. */
  public double oversampleFactor() {
    return search.oversampleFactor();
  }

  /** Whether a query without effort parameters uses this setting. */
  public boolean isDefault() {
    return search.isDefault();
  }

  /** Share of the k nearest that is found, mean over queries, 0 to 1. */
  public double recall() {
    return measuredRecall.recall();
  }

  /** Of the recall; NaN of fewer than two queries. */
  public double standardError() {
    return measuredRecall.standardError();
  }

  /** The least that the recall of many such queries is likely to be, at 95 %. */
  public double recallFrom() {
    return measuredRecall.recallFrom();
  }

  /** The most. */
  public double recallTo() {
    return measuredRecall.recallTo();
  }

  /** The recall if the graph missed nothing. */
  public double ceiling() {
    return measuredRecall.ceiling();
  }

  /** Vectors whose codes a traversal of the graph scored, mean of all shards' sums. */
  public double visited() {
    return work.visited();
  }

  /** Vectors whose codes were scored by a scan. */
  public double scanned() {
    return work.scanned();
  }

  /** Vectors that were scored by their rerank copy. */
  public double reranked() {
    return work.reranked();
  }

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
    out.writeVInt(efSearch());
    out.writeVInt(candidates());
    out.writeDouble(oversampleFactor());
    out.writeBoolean(isDefault());
    out.writeDouble(recall());
    out.writeDouble(standardError());
    out.writeDouble(recallFrom());
    out.writeDouble(recallTo());
    out.writeDouble(ceiling());
    latency.writeTo(out);
    out.writeDouble(visited());
    out.writeDouble(scanned());
    out.writeDouble(reranked());
  }

  /** Recall that the graph costs: what a scan of the codes finds and the search does not. */
  public double graphLoss() {
    return ceiling() - recall();
  }

  /** All vectors that are scored, by codes or by rerank copies. */
  public double scored() {
    return visited() + scanned() + reranked();
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject();
    builder.field("ef_search", efSearch());
    builder.field("rescore", candidates() > 0);
    if (candidates() > 0) {
      builder.field("oversample_factor", oversampleFactor());
      builder.field("candidates", candidates());
    }
    builder.field("is_default", isDefault());
    JsonNumbers.shareOrNull(builder, "recall", recall());
    JsonNumbers.shareOrNull(builder, "recall_standard_error", standardError());
    builder.startObject("recall_interval");
    JsonNumbers.shareOrNull(builder, "from", recallFrom());
    JsonNumbers.shareOrNull(builder, "to", recallTo());
    builder.endObject();
    JsonNumbers.shareOrNull(builder, "recall_ceiling", ceiling());
    JsonNumbers.shareOrNull(builder, "graph_loss", graphLoss());
    builder.field("latency_in_millis", latency);
    JsonNumbers.numberOrNull(builder, "vectors_visited", visited());
    JsonNumbers.numberOrNull(builder, "vectors_scanned", scanned());
    JsonNumbers.numberOrNull(builder, "vectors_reranked", reranked());
    return builder.endObject();
  }
}
