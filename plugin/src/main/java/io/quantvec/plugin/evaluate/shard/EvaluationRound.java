/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate.shard;

import java.util.List;
import java.util.Objects;
import org.opensearch.core.index.shard.ShardId;

/** One round of an evaluation: what all shards are asked at the same time. */
public final class EvaluationRound {

  private final ShardEvaluateRequest.Kind kind;
  private final List<EvaluatedQuery> queries;
  private final List<SearchSetting> settings;
  private final int firstSetting;
  private final long deadline;
  private ShardId checking;

  /**
   * @param kind what is asked
   * @param queries vectors to search for; of a plan they are checked by one of the shards
   * @param settings the grid
   * @param firstSetting the one to begin with
   * @param deadline when to stop, as {@link System#nanoTime} has it
   */
  public EvaluationRound(
      ShardEvaluateRequest.Kind kind,
      List<EvaluatedQuery> queries,
      List<SearchSetting> settings,
      int firstSetting,
      long deadline) {
    this.kind = kind;
    this.queries = queries;
    this.settings = settings;
    this.firstSetting = firstSetting;
    this.deadline = deadline;
  }

  /** Says which shard checks the queries of a plan. */
  public void setChecking(ShardId shard) {
    checking = shard;
  }

  public ShardEvaluateRequest.Kind kind() {
    return kind;
  }

  /** The queries for a shard. */
  public List<EvaluatedQuery> queries(ShardId shard) {
    boolean wanted = kind == ShardEvaluateRequest.Kind.MEASURE || Objects.equals(shard, checking);
    return wanted ? queries : List.of();
  }

  List<SearchSetting> settings() {
    return settings;
  }

  int firstSetting() {
    return firstSetting;
  }

  /** When to stop, as {@link System#nanoTime} has it. */
  public long deadline() {
    return deadline;
  }
}
