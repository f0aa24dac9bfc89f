/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import io.quantvec.plugin.wire.WireNumbered;
import io.quantvec.plugin.wire.WireNumbers;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.support.broadcast.BroadcastRequest;
import org.opensearch.action.support.broadcast.BroadcastShardRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.search.internal.AliasFilter;

/** Asks one shard. */
public final class ShardEvaluateRequest extends BroadcastShardRequest {

  /** What is asked. */
  public enum Kind implements WireNumbered {
    /** What the field is, and what it would cost to search it. */
    PLAN(0),
    /** What searches and scans find. */
    MEASURE(1);

    private final int wireNumber;

    Kind(int wireNumber) {
      this.wireNumber = wireNumber;
    }

    @Override
    public int wireNumber() {
      return wireNumber;
    }
  }

  private final AliasFilter filter;
  private final Kind kind;
  private final String field;
  private final int k;
  private final List<EvaluatedQuery> queries;
  private final List<SearchSetting> settings;
  private final int firstSetting;
  private final long deadline;

  /**
   * @param filter of the aliases that the request names; other documents are no hits
   * @param field the field; null for the only one of its type
   * @param k neighbors of each query
   */
  public ShardEvaluateRequest(
      ShardId shard,
      AliasFilter filter,
      BroadcastRequest<?> request,
      String field,
      int k,
      EvaluationRound round) {
    super(shard, request);
    this.filter = filter;
    this.kind = round.kind();
    this.field = field;
    this.k = k;
    this.queries = round.queries(shard);
    this.settings = round.settings();
    this.firstSetting = round.firstSetting();
    this.deadline = round.deadline();
  }

  public ShardEvaluateRequest(StreamInput in) throws IOException {
    super(in);
    this.filter = new AliasFilter(in);
    this.kind = WireNumbers.read(in, Kind.class);
    this.field = in.readOptionalString();
    this.k = in.readVInt();
    this.queries = in.readList(EvaluatedQuery::readFrom);
    this.settings = in.readList(SearchSetting::readFrom);
    this.firstSetting = in.readVInt();
    // Clocks of nodes differ, so it is a time that is left that is sent, and no time of the day.
    this.deadline = System.nanoTime() + in.readVLong();
  }

  @Override
  public void writeTo(StreamOutput out) throws IOException {
    super.writeTo(out);
    filter.writeTo(out);
    WireNumbers.write(out, kind);
    out.writeOptionalString(field);
    out.writeVInt(k);
    out.writeCollection(queries);
    out.writeCollection(settings);
    out.writeVInt(firstSetting);
    out.writeVLong(Math.max(0, deadline - System.nanoTime()));
  }

  @Override
  public EvaluateTask createTask(
      long id, String type, String action, TaskId parentTaskId, Map<String, String> headers) {
    return new EvaluateTask(id, type, action, getDescription(), parentTaskId, headers);
  }

  AliasFilter filter() {
    return filter;
  }

  public Kind kind() {
    return kind;
  }

  /** The field; null for the only one of its type. */
  public String field() {
    return field;
  }

  int k() {
    return k;
  }

  public List<EvaluatedQuery> queries() {
    return queries;
  }

  List<SearchSetting> settings() {
    return settings;
  }

  /**
   * The setting to begin with. Rounds differ in it, because the first search profits least from
   * caches.
   */
  int firstSetting() {
    return firstSetting;
  }

  /** When to stop, as this node's {@link System#nanoTime} has it: waiting for a thread counts. */
  public long deadline() {
    return deadline;
  }
}
