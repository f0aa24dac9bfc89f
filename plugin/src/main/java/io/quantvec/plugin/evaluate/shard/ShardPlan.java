/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.codec.config.Allocation;
import io.quantvec.codec.config.RerankPrecision;
import io.quantvec.plugin.search.SearchEffort;
import io.quantvec.plugin.vector.SpaceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The description of the field in one shard, before anything is searched.
 *
 * @param shape the field and its vectors
 * @param encoding how the field is encoded
 * @param size how much there is to search
 * @param graph whether any segment has a graph to search
 * @param defaultEffort the effort of a query that sets no effort parameter
 * @param efforts what queries of the grid do
 * @param drift of its segments
 */
public record ShardPlan(
    Shape shape,
    Encoding encoding,
    Size size,
    boolean graph,
    SearchEffort defaultEffort,
    List<SearchEffort> efforts,
    Drift drift)
    implements Writeable {
  /**
   * The field and its vectors.
   *
   * @param field its name
   * @param dimension numbers in a vector
   * @param spaceType how vectors are compared
   */
  public record Shape(String field, int dimension, SpaceType spaceType) {}

  /**
   * How the field is encoded.
   *
   * @param codesGiven whether vectors arrive as codes
   * @param choosesBudget whether each segment chooses its bits, so that shards may rescore more or
   *     fewer candidates than others
   * @param precision of the codes, with their bits, as the mapping has it
   * @param allocation as the mapping has it
   * @param rerank the rerank copy that the mapping asks for
   * @param bestCopy the most precise rerank copy that a segment has
   */
  public record Encoding(
      boolean codesGiven,
      boolean choosesBudget,
      String precision,
      Allocation allocation,
      RerankPrecision rerank,
      RerankPrecision bestCopy) {}

  /**
   * How much there is to search.
   *
   * @param vectors live vectors
   * @param scanned vectors that a scan meets, deleted ones included
   * @param codeBytes bytes of a code, the longest of all segments
   * @param copyBytes bytes of the rerank copy of a vector, the longest of all segments
   */
  public record Size(long vectors, long scanned, int codeBytes, int copyBytes) {}

  /**
   * Segments whose vectors are not what their calibration was learned from.
   *
   * @param segments how many have drifted
   * @param ratio the largest ratio of the live to the expected squared error; 0 without any
   */
  public record Drift(int segments, double ratio) {

    public static final Drift NONE = new Drift(0, 0);

    public Drift plus(Drift other) {
      return new Drift(segments + other.segments, Math.max(ratio, other.ratio));
    }
  }

  /** Whether queries do the same in another shard, or choose by themselves what they do. */
  public boolean hasEffortsOf(ShardPlan other) {
    return encoding.precision().equals(other.encoding().precision())
        && encoding.allocation() == other.encoding().allocation()
        && encoding.rerank() == other.encoding().rerank()
        && encoding.choosesBudget() == other.encoding().choosesBudget()
        && (encoding.choosesBudget() || efforts.equals(other.efforts));
  }

  /** This plan with the efforts of the shards that rescore most, and a graph if any has one. */
  public ShardPlan withMostOf(List<ShardPlan> plans) {
    SearchEffort most = defaultEffort;
    List<SearchEffort> mostEfforts = new ArrayList<>(efforts);
    boolean anyGraph = graph;
    for (ShardPlan other : plans) {
      most = more(most, other.defaultEffort);
      anyGraph |= other.graph;
      for (int i = 0; i < mostEfforts.size(); i++) {
        mostEfforts.set(i, more(mostEfforts.get(i), other.efforts.get(i)));
      }
    }
    return new ShardPlan(
        new Shape(shape.field(), shape.dimension(), shape.spaceType()),
        new Encoding(
            encoding.codesGiven(),
            encoding.choosesBudget(),
            encoding.precision(),
            encoding.allocation(),
            encoding.rerank(),
            encoding.bestCopy()),
        new Size(size.vectors(), size.scanned(), size.codeBytes(), size.copyBytes()),
        anyGraph,
        most,
        mostEfforts,
        drift);
  }

  private static SearchEffort more(SearchEffort one, SearchEffort other) {
    return other.rescored() > one.rescored() ? other : one;
  }

  static ShardPlan readFrom(StreamInput in) throws IOException {
    return new ShardPlan(
        new Shape(in.readString(), in.readVInt(), SpaceType.fromLabel(in.readString())),
        new Encoding(
            in.readBoolean(),
            in.readBoolean(),
            in.readString(),
            Allocation.fromWireNumber(in.readVInt()),
            RerankPrecision.fromWireNumber(in.readVInt()),
            RerankPrecision.fromWireNumber(in.readVInt())),
        new Size(in.readVLong(), in.readVLong(), in.readVInt(), in.readVInt()),
        in.readBoolean(),
        readEffort(in),
        in.readList(ShardPlan::readEffort),
        new Drift(in.readVInt(), in.readDouble()));
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    out.writeString(shape.field());
    out.writeVInt(shape.dimension());
    out.writeString(shape.spaceType().label());
    out.writeBoolean(encoding.codesGiven());
    out.writeBoolean(encoding.choosesBudget());
    out.writeString(encoding.precision());
    out.writeVInt(encoding.allocation().wireNumber());
    out.writeVInt(encoding.rerank().wireNumber());
    out.writeVInt(encoding.bestCopy().wireNumber());
    out.writeVLong(size.vectors());
    out.writeVLong(size.scanned());
    out.writeVInt(size.codeBytes());
    out.writeVInt(size.copyBytes());
    out.writeBoolean(graph);
    writeEffort(out, defaultEffort);
    out.writeCollection(efforts, ShardPlan::writeEffort);
    out.writeVInt(drift.segments);
    out.writeDouble(drift.ratio);
  }

  private static SearchEffort readEffort(StreamInput in) throws IOException {
    return new SearchEffort(in.readVInt(), in.readVInt(), in.readVInt(), in.readVInt());
  }

  private static void writeEffort(StreamOutput out, SearchEffort effort) throws IOException {
    out.writeVInt(effort.k());
    out.writeVInt(effort.rescored());
    out.writeVInt(effort.ef());
    out.writeVInt(effort.mostEf());
  }
}
