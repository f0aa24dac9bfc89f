/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.calibration.InternedCalibrations;
import io.quantvec.codec.hnsw.FieldGraph;
import io.quantvec.codec.segment.FieldBytes;
import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.SegmentField;
import io.quantvec.plugin.activity.Drift;
import io.quantvec.plugin.mapper.IndexMethod;
import io.quantvec.plugin.mapper.QuantizedVectorFieldType;
import io.quantvec.plugin.node.QuantvecNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.index.VectorEncoding;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.shard.IndexShard;

/** Reads the stats of this node's shards from their open segments. */
public final class ShardStatsReader {

  /**
   * The time for measuring score errors in one read of a shard, beside the first segment. The next
   * reads measure the remaining segments, so that a client that polls does not wait for all.
   */
  private static final long MEASURING_NANOS = 10_000_000;

  private static final String TIMESTAMP = "timestamp";

  private final QuantvecNode node;
  private final LongSupplier nanoTime;
  private final SegmentCache cache = new SegmentCache();

  /**
   * @param node counts what was searched and written
   */
  public ShardStatsReader(QuantvecNode node) {
    this(node, System::nanoTime);
  }

  /**
   * A reader with its own clock, for tests.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public ShardStatsReader(QuantvecNode node, LongSupplier nanoTime) {
    this.node = node;
    this.nanoTime = nanoTime;
  }

  /** The time for measuring scores in one look at a shard. */
  private final class Measuring {

    private final boolean complete;
    private final long start = nanoTime.getAsLong();
    private boolean begun;

    Measuring(boolean complete) {
      this.complete = complete;
    }

    /** Whether one more segment may be measured: the first always, however busy the machine is. */
    boolean mayGoOn() {
      boolean first = !begun;
      begun = true;
      return first || complete || nanoTime.getAsLong() - start < MEASURING_NANOS;
    }
  }

  /**
   * The stats of a shard.
   *
   * @param withSegments whether those of each segment are among them
   * @param complete whether all segments are measured, however long that takes
   */
  public ShardStats read(IndexShard shard, boolean withSegments, boolean complete)
      throws IOException {
    Map<String, FieldStats> fields = new TreeMap<>();
    Map<String, List<SegmentStats>> segments = new TreeMap<>();
    Map<String, CalibrationInfo> calibrations = new HashMap<>();
    Measuring measuring = new Measuring(complete);
    try (Engine.Searcher searcher = shard.acquireSearcher("quantized_vector_stats")) {
      for (LeafReaderContext context : searcher.getIndexReader().leaves()) {
        LeafReader leaf = context.reader();
        for (FieldInfo info : leaf.getFieldInfos()) {
          if (!info.hasVectorValues() || info.getVectorEncoding() != VectorEncoding.FLOAT32) {
            continue;
          }
          FloatVectorValues values = leaf.getFloatVectorValues(info.name);
          if (values instanceof QuantizedVectorValues quantized && values.size() > 0) {
            SegmentStats stats = read(leaf, info.name, values, quantized, measuring);
            fields.computeIfAbsent(info.name, name -> new FieldStats()).add(stats);
            if (withSegments) {
              segments.computeIfAbsent(info.name, name -> new ArrayList<>()).add(stats);
            }
            if (stats.provenance().calibrationId() != null) {
              calibrations.computeIfAbsent(
                  stats.provenance().calibrationId(),
                  id -> CalibrationInfo.of(quantized.quantization().calibration()));
            }
          }
        }
      }
    }
    fields.forEach(
        (name, stats) -> {
          stats.add(
              node.activity().searchTotals(shard.shardId(), name),
              node.activity().writeTotals(shard.store().directory(), name));
          IndexMethod method = method(shard, name);
          if (method != null && method.name() == IndexMethod.Name.HNSW) {
            stats.setApproximateThreshold(method.approximateThreshold());
          }
        });
    node.calibrations().countHeap(InternedCalibrations.ramBytesUsed());
    return new ShardStats(shard.routingEntry(), fields, segments, calibrations);
  }

  /** Null if the mapping is not known yet, or has no such field any more. */
  private static IndexMethod method(IndexShard shard, String field) {
    MappedFieldType type =
        shard.mapperService() == null ? null : shard.mapperService().fieldType(field);
    return type != null && type.unwrap() instanceof QuantizedVectorFieldType vectors
        ? vectors.indexing().method()
        : null;
  }

  private SegmentStats read(
      LeafReader leaf,
      String field,
      FloatVectorValues values,
      QuantizedVectorValues quantized,
      Measuring measuring)
      throws IOException {
    SegmentField quantization = quantized.quantization();
    ScoreErrorStats errors = cache.knownErrors(leaf, field);
    if (errors == null && measuring.mayGoOn()) {
      errors = cache.measureErrors(leaf, field, quantized);
    }
    SegmentReader segment =
        FilterLeafReader.unwrap(leaf) instanceof SegmentReader reader ? reader : null;
    FieldBytes bytes = FieldBytes.of(leaf, field);
    return new SegmentStats(
        new SegmentStats.Identity(
            segment == null ? "" : segment.getSegmentName(),
            segment == null ? 0 : writtenAt(segment),
            quantization.vectors(),
            cache.deleted(leaf, field, values)),
        bytes == null ? ByteCounts.NONE : new ByteCounts(bytes),
        !FieldGraph.isMissing(leaf, field),
        new SegmentStats.Codes(
            quantization.config().precision().label(),
            bits(quantization, values.dimension()),
            quantization.provenance().budget() == null
                ? Double.NaN
                : quantization.config().targetRecall(),
            quantization.provenance().budget() == null
                ? Double.NaN
                : quantization.provenance().budget().expectedRecall(),
            quantization.rerankCopy().label()),
        new SegmentStats.Provenance(
            quantization.calibrationId(),
            quantization.provenance().origin(),
            quantization.provenance().reason(),
            quantization.provenance().copied()),
        new SegmentStats.Fit(
            quantization.fit().liveError(),
            quantization.fit().clipRate(),
            quantization.driftRatio(),
            quantization.driftThreshold(),
            quantization.isDrifted() ? Drift.advice(quantization) : null,
            quantization.fit().valueError()),
        errors);
  }

  private static double bits(SegmentField quantization, int dimension) {
    return quantization.calibration() == null
        ? quantization.config().bits()
        : quantization.calibration().codeBits() / (double) dimension;
  }

  /** Lucene notes the time with each flush and merge. */
  private static long writtenAt(SegmentReader segment) {
    String timestamp = segment.getSegmentInfo().info.getDiagnostics().get(TIMESTAMP);
    try {
      return timestamp == null ? 0 : Math.max(0, Long.parseLong(timestamp));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
