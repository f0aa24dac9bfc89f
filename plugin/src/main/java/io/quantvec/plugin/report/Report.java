/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.stats.CalibrationInfo;
import io.quantvec.plugin.stats.FieldStats;
import io.quantvec.plugin.stats.SegmentStats;
import io.quantvec.plugin.stats.ShardStats;
import io.quantvec.plugin.stats.StatsResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.opensearch.core.action.support.DefaultShardOperationFailedException;

/**
 * What a page tells of one field.
 *
 * @param indices the indexes, as they were asked for
 * @param now when it is made, in milliseconds since the epoch
 * @param evaluation what searches find
 * @param targetRecall the recall that the request asks for, 0 to 1; NaN for none
 * @param stats of all copies; of no segment if there is none
 * @param segments of primaries, the newest first
 * @param calibration the one of most vectors; null if there is none
 * @param failures what went wrong on shards, one sentence each
 */
record Report(
    String indices,
    long now,
    Evaluation evaluation,
    double targetRecall,
    FieldStats stats,
    List<SegmentStats> segments,
    CalibrationInfo calibration,
    List<String> failures) {

  /** Brings together what was asked. */
  static Report of(
      String indices,
      long now,
      Evaluation evaluation,
      double targetRecall,
      StatsResponse response,
      List<DefaultShardOperationFailedException> evaluationFailures) {
    FieldStats stats = new FieldStats();
    List<SegmentStats> segments = new ArrayList<>();
    Map<String, Long> vectors = new HashMap<>();
    for (ShardStats shard : response.shards()) {
      FieldStats ofField = shard.fields().get(evaluation.fieldFacts().field());
      if (ofField != null && shard.routing().primary()) {
        stats.add(ofField);
        for (SegmentStats segment :
            shard.segments().getOrDefault(evaluation.fieldFacts().field(), List.of())) {
          segments.add(segment);
          if (segment.provenance().calibrationId() != null) {
            vectors.merge(
                segment.provenance().calibrationId(),
                (long) segment.identity().vectors(),
                Long::sum);
          }
        }
      }
    }
    segments.sort(
        Comparator.comparingLong((SegmentStats segment) -> segment.identity().writtenAt())
            .reversed());
    CalibrationInfo calibration =
        vectors.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(entry -> response.calibrations().get(entry.getKey()))
            .orElse(null);
    List<String> failures = new ArrayList<>();
    for (DefaultShardOperationFailedException failure : response.getShardFailures()) {
      failures.add("stats of shard " + failure.shardId() + ": " + failure.reason());
    }
    for (DefaultShardOperationFailedException failure : evaluationFailures) {
      failures.add("evaluation of shard " + failure.shardId() + ": " + failure.reason());
    }
    return new Report(
        indices, now, evaluation, targetRecall, stats, segments, calibration, failures);
  }

  /** The precisions of the segments, those of most vectors first. */
  String precisions() {
    return segments.stream()
        .collect(
            Collectors.groupingBy(
                segment -> segment.codes().precision(),
                Collectors.summingLong(segment -> segment.identity().vectors())))
        .entrySet()
        .stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(", "));
  }

  /** Bytes per vector of codes and their terms; NaN without vectors. */
  double codeBytes() {
    var bytes = stats.bytes().bytes();
    return (bytes.codes() + bytes.corrections()) / (double) stats.vectors();
  }
}
