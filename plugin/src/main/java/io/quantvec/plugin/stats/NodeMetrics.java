/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.calibration.InternedCalibrations;
import io.quantvec.codec.segment.FieldBytes;
import io.quantvec.plugin.activity.SearchTotals;
import io.quantvec.plugin.activity.WriteTotals;
import io.quantvec.plugin.wire.JsonNumbers;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.support.nodes.BaseNodeResponse;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** The metrics of a node as one flat map from names to numbers, for monitoring tools. */
public final class NodeMetrics extends BaseNodeResponse implements ToXContentFragment {

  private final Map<String, Double> numbers;

  NodeMetrics(DiscoveryNode node, Map<String, Double> numbers) {
    super(node);
    this.numbers = new TreeMap<>(numbers);
  }

  /** Reads what {@link #writeTo} wrote. */
  public NodeMetrics(StreamInput in) throws IOException {
    super(in);
    numbers = new TreeMap<>(in.readMap(StreamInput::readString, StreamInput::readDouble));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    out.writeMap(numbers, StreamOutput::writeString, StreamOutput::writeDouble);
  }

  /**
   * The numbers of all shards of a node together.
   *
   * @param worstError the largest relative score error of a field, because scores of different
   *     fields have different scales; NaN if nothing was measured
   */
  static Map<String, Double> of(
      FieldStats all, double worstError, int shards, int fields, int calibrations) {
    Map<String, Double> numbers = new TreeMap<>();
    FieldBytes bytes = all.bytes().bytes();
    numbers.put("shards", (double) shards);
    numbers.put("fields", (double) fields);
    numbers.put("segments", (double) all.segments());
    numbers.put("segments_without_graph", (double) all.segmentsWithoutGraph());
    numbers.put("vectors", (double) all.vectors());
    numbers.put("deleted_vectors", (double) all.deleted());
    numbers.put("hot_bytes", (double) bytes.hot());
    numbers.put("code_bytes", (double) bytes.codes());
    numbers.put("correction_bytes", (double) bytes.corrections());
    numbers.put("graph_bytes", (double) bytes.graph());
    numbers.put("cold_bytes", (double) bytes.cold());
    numbers.put("rerank_copy_bytes", (double) bytes.rerankCopy());
    numbers.put("error_term_bytes", (double) bytes.errorTerms());
    numbers.put("calibration_file_bytes", (double) bytes.calibrations());
    numbers.put("calibrations", (double) calibrations);
    numbers.put("calibration_memory_bytes", (double) InternedCalibrations.ramBytesUsed());
    numbers.put("score_error_relative_max", worstError);
    numbers.put("value_error", all.valueError());
    numbers.put("clip_rate", all.clipRate());
    numbers.put("drift_ratio_max", all.driftRatio());
    numbers.put("drifted_segments", (double) all.driftedSegments());
    WriteTotals writes = all.writes();
    numbers.put("flushes", (double) writes.flushes());
    numbers.put("merges", (double) writes.merges());
    numbers.put("merges_copied", (double) writes.copied());
    numbers.put("merges_partly_copied", (double) writes.partlyCopied());
    numbers.put(
        "merges_reencoded",
        (double) writes.reencoded().values().stream().mapToLong(Long::longValue).sum());
    numbers.put("merged_vectors_copied", (double) writes.copiedVectors());
    numbers.put("merged_vectors_reencoded", (double) writes.reencodedVectors());
    SearchTotals searches = all.searches();
    numbers.put("searches", (double) searches.searches());
    numbers.put("search_time_in_nanos", (double) searches.nanos());
    numbers.put("vectors_visited", (double) searches.visited());
    numbers.put("vectors_scored", (double) searches.scored());
    numbers.put("vectors_reranked", (double) searches.reranked());
    numbers.put("vector_bytes_read", (double) searches.bytesRead());
    numbers.values().removeIf(number -> !Double.isFinite(number));
    return numbers;
  }

  /** The numbers by their names. */
  public Map<String, Double> numbers() {
    return numbers;
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    for (Map.Entry<String, Double> entry : numbers.entrySet()) {
      double number = entry.getValue();
      if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
        builder.field(entry.getKey(), (long) number);
      } else {
        JsonNumbers.numberIfKnown(builder, entry.getKey(), number);
      }
    }
    return builder;
  }
}
