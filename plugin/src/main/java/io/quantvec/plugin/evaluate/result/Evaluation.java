/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.result;

import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * What was measured in one field.
 *
 * @param run the evaluation as a request
 * @param fieldFacts the field that was evaluated
 * @param queriesAsked the queries of the evaluation
 * @param exactScan the scan that gives the true neighbors
 * @param settings one for each setting of the grid
 * @param recommendation null if no recall was asked for, or none was measured
 * @param precisions null if none were to be tried
 * @param warnings what a reader of the numbers should know
 */
public record Evaluation(
    Run run,
    FieldFacts fieldFacts,
    Queries queriesAsked,
    ExactScan exactScan,
    List<SettingResult> settings,
    Recommendation recommendation,
    TrialReport precisions,
    List<String> warnings)
    implements Writeable, ToXContentFragment {
  /**
   * The evaluation as a request.
   *
   * @param tookMillis how long it took
   * @param timedOut whether the time was over before all was measured
   */
  public record Run(long tookMillis, boolean timedOut) {}

  /**
   * The field that was evaluated.
   *
   * @param field the field's name
   * @param dimension numbers in a vector
   * @param spaceType how vectors are compared
   * @param vectors live vectors
   */
  public record FieldFacts(String field, int dimension, SpaceType spaceType, long vectors) {}

  /**
   * The queries of the evaluation.
   *
   * @param k neighbors that recall asks for
   * @param queries those that were given or sampled
   * @param evaluated those that were measured
   * @param sampled whether queries were sampled from documents
   */
  public record Queries(int k, int queries, int evaluated, boolean sampled) {}

  /**
   * The scan that gives the true neighbors.
   *
   * @param comparedTo the rerank copy that gave the true neighbors: {@code fp32} is exact, {@code
   *     none} are the codes
   * @param exactLatency of the scan that found the neighbors, by the slowest shard
   * @param scoreError of the codes; null without neighbors
   */
  public record ExactScan(
      String comparedTo, Latency exactLatency, NeighborScoreErrors scoreError) {}

  public static Evaluation readFrom(StreamInput in) throws IOException {
    return new Evaluation(
        new Run(in.readVLong(), in.readBoolean()),
        new FieldFacts(
            in.readString(), in.readVInt(), SpaceType.fromLabel(in.readString()), in.readVLong()),
        new Queries(in.readVInt(), in.readVInt(), in.readVInt(), in.readBoolean()),
        new ExactScan(
            in.readString(),
            Latency.readFrom(in),
            in.readOptionalWriteable(NeighborScoreErrors::readFrom)),
        in.readList(SettingResult::readFrom),
        in.readOptionalWriteable(Recommendation::readFrom),
        in.readOptionalWriteable(TrialReport::readFrom),
        in.readStringList());
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeVLong(run.tookMillis());
    out.writeBoolean(run.timedOut());
    out.writeString(fieldFacts.field());
    out.writeVInt(fieldFacts.dimension());
    out.writeString(fieldFacts.spaceType().label());
    out.writeVLong(fieldFacts.vectors());
    out.writeVInt(queriesAsked.k());
    out.writeVInt(queriesAsked.queries());
    out.writeVInt(queriesAsked.evaluated());
    out.writeBoolean(queriesAsked.sampled());
    out.writeString(exactScan.comparedTo());
    exactScan.exactLatency().writeTo(out);
    out.writeOptionalWriteable(exactScan.scoreError());
    out.writeCollection(settings);
    out.writeOptionalWriteable(recommendation);
    out.writeOptionalWriteable(precisions);
    out.writeStringCollection(warnings);
  }

  @Override
  public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
    builder.field("took", run.tookMillis());
    builder.field("timed_out", run.timedOut());
    builder.field("field", fieldFacts.field());
    builder.field("dimension", fieldFacts.dimension());
    builder.field("space_type", fieldFacts.spaceType().label());
    builder.field("vectors", fieldFacts.vectors());
    builder.field("k", queriesAsked.k());
    builder.startObject("queries");
    builder.field("source", queriesAsked.sampled() ? "sampled" : "given");
    builder.field("total", queriesAsked.queries());
    builder.field("evaluated", queriesAsked.evaluated());
    builder.endObject();
    builder.startObject("exact_scan");
    builder.field("compared_to", exactScan.comparedTo());
    builder.field("latency_in_millis", exactScan.exactLatency());
    builder.endObject();
    builder.field("score_error", exactScan.scoreError());
    builder.startArray("settings");
    for (SettingResult setting : settings) {
      builder.value(setting);
    }
    builder.endArray();
    if (recommendation != null) {
      builder.field("recommendation", recommendation);
    }
    if (precisions != null) {
      builder.field("precisions", precisions);
    }
    return builder.field("warnings", warnings);
  }
}
