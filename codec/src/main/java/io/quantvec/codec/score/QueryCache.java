/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.score;

import io.quantvec.codec.calibration.Calibration;
import java.util.Arrays;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * Caches the last few queries in the space of one calibration's codes: a transform takes as many
 * multiplications as the square of the dimension, and a search has the same query in every segment
 * of the shard. Safe for use by many threads, two of which may transform the same query at once.
 */
final class QueryCache {

  /** Concurrent searches that keep their queries, unless their hashes collide. */
  private static final int SLOTS = 8;

  /** By identity: segments share the object of a calibration, and a cache lives as long. */
  private static final Map<Calibration, QueryCache> CACHES = new WeakHashMap<>();

  private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(SLOTS);

  private record Entry(
      float[] query, VectorSimilarityFunction similarity, TransformedQuery transformed) {}

  private QueryCache() {}

  /** The cache of a calibration; the same for the same object. */
  static QueryCache of(Calibration calibration) {
    synchronized (CACHES) {
      return CACHES.computeIfAbsent(calibration, c -> new QueryCache());
    }
  }

  /**
   * The transformed query, from the cache if possible.
   *
   * @param calibration the calibration of this cache, which does not keep it
   */
  TransformedQuery get(
      Calibration calibration, float[] query, VectorSimilarityFunction similarity) {
    int slot = Math.floorMod(Arrays.hashCode(query), SLOTS);
    Entry entry = entries.get(slot);
    if (entry == null || entry.similarity != similarity || !Arrays.equals(entry.query, query)) {
      entry =
          new Entry(query.clone(), similarity, TransformedQuery.of(calibration, query, similarity));
      entries.set(slot, entry);
    }
    return entry.transformed;
  }
}
