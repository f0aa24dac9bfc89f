/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.result.Latency;
import io.quantvec.plugin.evaluate.result.MeasuredValues;
import io.quantvec.plugin.evaluate.result.NeighborScoreErrors;
import io.quantvec.plugin.evaluate.result.ScoreErrorCollector;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.shard.QueryOutcome;
import io.quantvec.plugin.evaluate.shard.QueryOutcome.Found;
import io.quantvec.plugin.evaluate.shard.SearchSetting;
import io.quantvec.plugin.query.Rescore;
import io.quantvec.plugin.search.SearchEffort;
import java.util.ArrayList;
import java.util.List;

/** Sums up the outcomes of all queries for each setting. Not thread-safe. */
final class SettingMeasurements {

  /** The normal distribution has 95 % of its mass within so many standard deviations. */
  private static final double DEVIATIONS = 1.96;

  /** If none of n trials failed, the failure rate is below 3 / n with 95 % confidence. */
  private static final double RULE_OF_THREE = 3;

  private final int k;
  private final List<SearchSetting> settings;
  private final List<Rescore> rescores;
  private final List<OfSetting> tallies = new ArrayList<>();
  private final List<MeasuredValues> ceilings = new ArrayList<>();
  private final MeasuredValues exactNanos = new MeasuredValues();
  private final ScoreErrorCollector errors;
  private int queries;

  private static final class OfSetting {
    final MeasuredValues recall = new MeasuredValues();
    final MeasuredValues nanos = new MeasuredValues();
    final MeasuredValues visited = new MeasuredValues();
    final MeasuredValues scanned = new MeasuredValues();
    final MeasuredValues reranked = new MeasuredValues();
  }

  /**
   * @param settings the grid, in the order of outcomes
   * @param seed of what is kept of very many score errors
   */
  SettingMeasurements(int k, List<SearchSetting> settings, long seed) {
    this.k = k;
    this.settings = settings;
    this.rescores = settings.stream().map(SearchSetting::rescore).distinct().toList();
    settings.forEach(setting -> tallies.add(new OfSetting()));
    rescores.forEach(rescore -> ceilings.add(new MeasuredValues()));
    this.errors = new ScoreErrorCollector(seed);
  }

  /**
   * One query.
   *
   * @param shards one outcome a shard
   */
  void add(List<QueryOutcome> shards) {
    MergedOutcome merge = new MergedOutcome(shards, k);
    queries++;
    exactNanos.add(merge.exactNanos());
    for (int i = 0; i < merge.neighbors().length; i++) {
      errors.add(merge.estimates()[i], merge.neighbors()[i]);
    }
    boolean neighbors = merge.neighbors().length > 0;
    for (int i = 0; i < settings.size(); i++) {
      OfSetting tally = tallies.get(i);
      if (neighbors) {
        tally.recall.add(merge.recallOfSearch(i));
      }
      tally.nanos.add(merge.nanos(i));
      List<Found> found = merge.searches(i);
      tally.visited.add(found.stream().mapToLong(one -> one.work().visited()).sum());
      tally.scanned.add(found.stream().mapToLong(one -> one.work().scanned()).sum());
      tally.reranked.add(found.stream().mapToLong(one -> one.work().reranked()).sum());
    }
    for (int i = 0; i < rescores.size() && neighbors; i++) {
      ceilings.get(i).add(merge.recallOfCeiling(i));
    }
  }

  /** Queries that were added. */
  int queries() {
    return queries;
  }

  Latency exactLatency() {
    return Latency.ofNanos(exactNanos);
  }

  /** Null without neighbors. */
  NeighborScoreErrors scoreError() {
    return errors.summary();
  }

  /**
   * The results, in the order of the settings.
   *
   * @param efforts what queries with the settings do
   * @param byDefault the effort of a query that sets no effort parameter
   */
  List<SettingResult> results(List<SearchEffort> efforts, SearchEffort byDefault) {
    List<SettingResult> results = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      OfSetting tally = tallies.get(i);
      SearchEffort effort = efforts.get(i);
      double recall = tally.recall.mean();
      double error = tally.recall.standardError();
      double below = DEVIATIONS * error;
      if (recall == 1) {
        below = RULE_OF_THREE / (tally.recall.count() * (double) k);
      }
      Rescore rescore = settings.get(i).rescore();
      results.add(
          new SettingResult(
              new SettingResult.Search(
                  effort.ef(),
                  effort.rescored(),
                  rescore.kind() == Rescore.Kind.FACTOR
                      ? rescore.oversampleFactor()
                      : (double) effort.rescored() / k,
                  effort.equals(byDefault)),
              new SettingResult.MeasuredRecall(
                  recall,
                  error,
                  Math.max(0, recall - below),
                  Math.min(1, recall + DEVIATIONS * error),
                  ceilings.get(rescores.indexOf(rescore)).mean()),
              Latency.ofNanos(tally.nanos),
              new SettingResult.Work(
                  tally.visited.mean(), tally.scanned.mean(), tally.reranked.mean())));
    }
    return results;
  }
}
