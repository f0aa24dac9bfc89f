/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.stats;

import io.quantvec.codec.segment.QuantizedVectorValues;
import io.quantvec.codec.segment.ScoreErrors;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/**
 * Caches what is computed once for an open segment until the segment is closed. The files of a
 * segment never change.
 */
final class SegmentCache {

  private final Map<IndexReader.CacheKey, Map<String, ScoreErrorStats>> errors =
      new ConcurrentHashMap<>();
  private final Map<IndexReader.CacheKey, Map<String, Integer>> deleted = new ConcurrentHashMap<>();

  /** The measured errors of a field; null if they are not known yet. */
  ScoreErrorStats knownErrors(LeafReader reader, String field) {
    IndexReader.CacheHelper helper = reader.getCoreCacheHelper();
    return helper == null ? null : errors.getOrDefault(helper.getKey(), Map.of()).get(field);
  }

  /** Measures the errors of a field, and keeps them. */
  ScoreErrorStats measureErrors(LeafReader reader, String field, QuantizedVectorValues values)
      throws IOException {
    ScoreErrors measured = values.measureScoreErrors();
    ScoreErrorStats stats =
        measured == null
            ? ScoreErrorStats.NONE
            : ScoreErrorStats.of(measured, values.quantization().vectors());
    IndexReader.CacheHelper helper = reader.getCoreCacheHelper();
    if (helper != null) {
      of(errors, helper).put(field, stats);
    }
    return stats;
  }

  /** Vectors of deleted documents. */
  int deleted(LeafReader reader, String field, FloatVectorValues values) throws IOException {
    Bits live = reader.getLiveDocs();
    if (live == null) {
      return 0;
    }
    if (values.size() == reader.maxDoc()) {
      return reader.maxDoc() - reader.numDocs();
    }
    IndexReader.CacheHelper helper = reader.getReaderCacheHelper();
    Integer known =
        helper == null ? null : deleted.getOrDefault(helper.getKey(), Map.of()).get(field);
    if (known != null) {
      return known;
    }
    int count = 0;
    KnnVectorValues.DocIndexIterator docs = values.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      count += live.get(doc) ? 0 : 1;
    }
    if (helper != null) {
      of(deleted, helper).put(field, count);
    }
    return count;
  }

  private static <T> Map<String, T> of(
      Map<IndexReader.CacheKey, Map<String, T>> cache, IndexReader.CacheHelper helper) {
    return cache.computeIfAbsent(
        helper.getKey(),
        key -> {
          helper.addClosedListener(cache::remove);
          return new ConcurrentHashMap<>();
        });
  }
}
