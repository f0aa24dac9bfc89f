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
   * @param finest the most precise rerank copy that a segment has
   */
  public record Encoding(
      boolean codesGiven,
      boolean choosesBudget,
      String precision,
      Allocation allocation,
      RerankPrecision rerank,
      RerankPrecision finest) {}

  /**
   * How much there is to search.
   *
   * @param vectors live vectors
   * @param scanned vectors that a scan meets, deleted ones included
   * @param codeBytes bytes of a code, the longest of all segments
   * @param finestBytes bytes of the rerank copy of a vector, the longest of all segments
   */
  public record Size(long vectors, long scanned, int codeBytes, int finestBytes) {}

  /** Its name. */
  public String field() {
    return shape.field();
  }

  /** Numbers in a vector. */
  public int dimension() {
    return shape.dimension();
  }

  /** How vectors are compared. */
  public SpaceType spaceType() {
    return shape.spaceType();
  }

  /** Whether vectors arrive as codes. */
  public boolean codesGiven() {
    return encoding.codesGiven();
  }

  /**
   * Whether each segment chooses its bits, so that shards may rescore more or fewer candidates than
   * others.
   */
  public boolean choosesBudget() {
    return encoding.choosesBudget();
  }

  /** Of the codes, with their bits, as the mapping has it. */
  public String precision() {
    return encoding.precision();
  }

  /** As the mapping has it. */
  public Allocation allocation() {
    return encoding.allocation();
  }

  /** The rerank copy that the mapping asks for. */
  public RerankPrecision rerank() {
    return encoding.rerank();
  }

  /** The most precise rerank copy that a segment has. */
  public RerankPrecision finest() {
    return encoding.finest();
  }

  /** Live vectors. */
  public long vectors() {
    return size.vectors();
  }

  /** Vectors that a scan meets, deleted ones included. */
  public long scanned() {
    return size.scanned();
  }

  /** Bytes of a code, the longest of all segments. */
  public int codeBytes() {
    return size.codeBytes();
  }

  /** Bytes of the rerank copy of a vector, the longest of all segments. */
  public int finestBytes() {
    return size.finestBytes();
  }

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
    return precision().equals(other.precision())
        && allocation() == other.allocation()
        && rerank() == other.rerank()
        && choosesBudget() == other.choosesBudget()
        && (choosesBudget() || efforts.equals(other.efforts));
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
        new Shape(field(), dimension(), spaceType()),
        new Encoding(codesGiven(), choosesBudget(), precision(), allocation(), rerank(), finest()),
        new Size(vectors(), scanned(), codeBytes(), finestBytes()),
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
    out.writeString(field());
    out.writeVInt(dimension());
    out.writeString(spaceType().label());
    out.writeBoolean(codesGiven());
    out.writeBoolean(choosesBudget());
    out.writeString(precision());
    out.writeVInt(allocation().wireNumber());
    out.writeVInt(rerank().wireNumber());
    out.writeVInt(finest().wireNumber());
    out.writeVLong(vectors());
    out.writeVLong(scanned());
    out.writeVInt(codeBytes());
    out.writeVInt(finestBytes());
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
