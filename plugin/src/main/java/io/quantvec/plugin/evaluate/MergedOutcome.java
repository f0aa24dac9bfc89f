/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.evaluate;

import io.quantvec.plugin.evaluate.shard.QueryOutcome;
import io.quantvec.plugin.evaluate.shard.QueryOutcome.Found;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The outcomes of all shards for one query, merged as a search merges hits. */
final class MergedOutcome {

  /**
   * Sums of floats in another order differ by some of their last bits, also those of two vectors
   * that are the same.
   */
  private static final double TOLERANCE = 2e-6;

  private final List<QueryOutcome> shards;
  private final float[] neighbors;
  private final float[] estimates;
  private final double threshold;

  /**
   * @param shards one outcome a shard
   * @param k hits that are wanted
   */
  MergedOutcome(List<QueryOutcome> shards, int k) {
    this.shards = shards;
    float[] exact = concat(shards.stream().map(QueryOutcome::neighbors).toList());
    float[] estimated = concat(shards.stream().map(QueryOutcome::estimates).toList());
    int[] order = bestFirst(exact, k);
    this.neighbors = select(exact, order);
    this.estimates = select(estimated, order);
    double kth = order.length == 0 ? 0 : neighbors[order.length - 1];
    this.threshold = kth - TOLERANCE * Math.abs(kth);
  }

  /** Scores of the nearest, the best first: k of them if there are as many vectors. */
  float[] neighbors() {
    return neighbors;
  }

  /** The scores of the true neighbors by their codes. */
  float[] estimates() {
    return estimates;
  }

  /**
   * The share of the nearest that one way of searching found. A hit counts if its exact score is
   * not below the last of them, for of duplicates any one will do.
   *
   * @param found one for each shard
   * @return NaN if there are no vectors
   */
  double recall(List<Found> found) {
    float[] scores = concat(found.stream().map(Found::scores).toList());
    float[] exact = concat(found.stream().map(Found::exact).toList());
    int hits = 0;
    for (int i : bestFirst(scores, neighbors.length)) {
      hits += exact[i] >= threshold ? 1 : 0;
    }
    return (double) hits / neighbors.length;
  }

  /** That of a setting. */
  double recallOfSearch(int setting) {
    return recall(searches(setting));
  }

  /** The recall if the graph missed nothing. */
  double recallOfCeiling(int ceiling) {
    return recall(shards.stream().map(shard -> shard.ceilings().get(ceiling)).toList());
  }

  /** Nanoseconds of the slowest shard: all search at the same time. */
  long nanos(int setting) {
    return searches(setting).stream().mapToLong(Found::nanos).max().orElse(0);
  }

  /** Nanoseconds of the slowest shard's exact scan. */
  long exactNanos() {
    return shards.stream().mapToLong(QueryOutcome::exactNanos).max().orElse(0);
  }

  /** What all shards found with a setting. */
  List<Found> searches(int setting) {
    return shards.stream().map(shard -> shard.searches().get(setting)).toList();
  }

  /** Of equal scores those of the first shard come first, as in a search. */
  private static int[] bestFirst(float[] scores, int count) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static float[] select(float[] values, int[] places) {
    float[] selected = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      selected[i] = values[places[i]];
    }
    return selected;
  }

  private static float[] concat(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int end = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, end, part.length);
      end += part.length;
    }
    return all;
  }
}
